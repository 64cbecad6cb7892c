import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseInput } from './parse-input.ts';
import { ProblemError, type Problem } from './problem.ts';

const trip = z.strictObject({
  pickup: z.object({ lat: z.number().min(-90).max(90) }),
  stops: z.array(z.object({ lat: z.number() })).optional(),
  limit: z.coerce.number().default(20),
});

function problemFor(value: unknown): Problem {
  try {
    parseInput(trip, value, 'body');
  } catch (err) {
    if (err instanceof ProblemError) return err.problem;
    throw err;
  }
  throw new TypeError('It was accepted.');
}

describe('input', () => {
  test('that fits comes out as the schema makes it', () => {
    expect(parseInput(trip, { pickup: { lat: 1 } }, 'body')).toEqual({ pickup: { lat: 1 }, limit: 20 });
  });

  test('that does not fit is a 400 that names every bad field', () => {
    const problem = problemFor({ pickup: { lat: 91 }, stops: [{ lat: 1 }, { lat: 'x' }], colour: 'red' });
    expect(problem).toMatchObject({ type: '/problems/invalid-request', status: 400 });
    expect(problem.detail).toContain('body');
    expect(problem.errors?.map(({ path }) => path)).toEqual(['pickup.lat', 'stops.1.lat', '']);
    expect(problem.errors?.at(-1)?.message).toContain('colour');
  });

  test('is never repeated in the answer', () => {
    expect(JSON.stringify(problemFor({ pickup: 'hunter2', stops: 'hunter3' }))).not.toContain('hunter');
  });

  test('that is missing altogether is a 400 as well', () => {
    expect(problemFor(undefined).errors).toHaveLength(1);
  });

  test('with very many bad fields names the first fifty', () => {
    expect(problemFor({ pickup: { lat: 1 }, stops: Array.from({ length: 1_000 }, () => 1) }).errors).toHaveLength(50);
  });
});
