import { parseInput, problem, ProblemError, type createRouter } from '@banyan/platform';
import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { Sampler } from '../sampling/sampler.ts';
import { adminName } from './admin-auth.ts';

export interface SampleRoutesParts {
  readonly sampler: Sampler;
  readonly audit: Audit;
}

const wordList = z.array(z.string().max(256)).max(20_000).default([]);
const orderSchema = z.strictObject({
  seconds: z.int().min(1).max(600).default(10),
  count: z.int().min(1).max(10_000).default(1_000),
  includeSubjects: z.boolean().default(false),
  includePaths: z.boolean().default(false),
  /** Given by the primary of several workers, so that all make the same pseudonyms; else drawn for each sample. */
  pseudonymKey: z.string().min(43).max(43).optional(),
  /** What other rules say; see `wordsOf`. */
  words: z
    .strictObject({
      segments: wordList,
      headers: wordList,
      mediaTypes: wordList,
      scopeHeaders: wordList,
      scopeParents: wordList,
      salts: wordList.pipe(z.array(z.string().min(1)).max(100)),
      flags: wordList.pipe(z.array(z.string().min(1)).max(100)),
    })
    .optional(),
});

/** A sample of the traffic: one at a time, bounded, and without what clients wrote unless the operator asks for it. */
export function addSampleRoutes(router: ReturnType<typeof createRouter>, { sampler, audit }: SampleRoutesParts): void {
  router.post('/samples', ({ body }, response) => {
    const order = parseInput(orderSchema, body ?? {}, 'body');
    const { seconds, count, includeSubjects: subjects, includePaths: paths, words, pseudonymKey } = order;
    const header = sampler.start({ seconds, count, includes: { subjects, paths }, words, pseudonymKey });
    if (!header)
      throw new ProblemError(
        problem(409, 'sample-running', 'A sample is being taken', 'Wait for its end, or end it with DELETE.'),
      );
    audit.record({
      kind: 'sample-started',
      by: adminName,
      concerning: 'traffic',
      from: 'none',
      to: [subjects ? 'with subjects' : 'pseudonyms for subjects', paths ? 'with paths' : 'pseudonyms in paths'].join(
        ', ',
      ),
      effect: { seconds, requestCountLimit: count },
    });
    response.status(202).json(header);
  });
  router.get('/samples/current', (_request, response) => {
    const text = sampler.text();
    if (text === undefined) throw noSample();
    response.type('application/x-ndjson').send(text);
  });
  router.delete('/samples/current', (_request, response) => {
    if (!sampler.forget()) throw noSample();
    response.status(204).end();
  });
}

function noSample(): ProblemError {
  return new ProblemError(problem(404, 'no-such-sample', 'No sample', 'Start one with POST /samples.'));
}
