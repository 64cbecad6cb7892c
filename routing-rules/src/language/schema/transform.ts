import { z } from 'zod';
import { headerKey, headerName } from './header-names.ts';

const headerChanges = z
  .strictObject({
    set: z
      .record(headerKey, z.string().max(1_024))
      .optional()
      .describe('Literal values, each in the place of all that came under its name.'),
    remove: z.array(headerName).max(32).optional().describe('Names that are taken out.'),
  })
  .describe('Headers to set and to remove.');

const sideShape = {
  path: z.string().optional().describe("The side's own path, with parameters of the route: /api/fahrten/{tripId}."),
  request: headerChanges.optional(),
  answer: headerChanges.optional(),
  location: z
    .enum(['rewrite', 'keep'])
    .optional()
    .describe('rewrite (usual): Location and Content-Location name the public address. keep: as the side says.'),
  cookiePath: z
    .strictObject({
      from: z.string().describe('The path that the side gives its cookies, such as /app.'),
      to: z.string().describe('The public path, such as /.'),
    })
    .optional()
    .describe('Path of cookies that the side sets.'),
  cookieDomain: z
    .string()
    .optional()
    .describe('Domain of cookies that name one: the public domain, or "remove" for cookies of the host alone.'),
};

const sideTransform = z.strictObject(sideShape);

export const transform = z
  .strictObject({
    ...sideShape,
    legacy: sideTransform.optional().describe('For legacy, in the place of what is said for both.'),
    extracted: sideTransform.optional().describe('For the extracted side, in the place of what is said for both.'),
  })
  .describe("Changes a request to the shape of its side, and the side's answer back.");
