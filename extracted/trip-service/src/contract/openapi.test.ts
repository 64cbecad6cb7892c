import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { contractRoutes } from '../http/trip-app.ts';
import type { TrackingParts } from '../http/tracking-routes.ts';
import { openApiDocument } from './index.ts';

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

/** What the application's router really has. Nothing is called, so nothing is needed behind it. */
function servedRoutes(): readonly string[] {
  const { stack } = contractRoutes({} as TrackingParts);
  return stack.flatMap(({ route }) =>
    (route?.stack ?? []).map(({ method }) => `${method} ${route?.path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

describe('the OpenAPI document', () => {
  test('describes every route that is served, and no other', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    expect(described.toSorted()).toEqual(servedRoutes().toSorted());
  });

  test('declares exactly the parameters of each path', () => {
    for (const { path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name)).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('is valid, with every reference resolved', async () => {
    const validator = new Validator();
    expect(await validator.validate({ ...document })).toEqual({ valid: true });
    expect(() => validator.resolveRefs()).not.toThrow();
    expect(validator.version).toBe('3.1');
  });
});
