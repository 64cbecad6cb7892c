import type { z } from 'zod';
import type { Finding } from '../problem/finding.ts';
import { draftOf, type Draft } from './draft.ts';
import { findingsOfIssue } from './shape-findings.ts';

export interface ShapeCheck<Schema extends z.ZodType> {
  /** Undefined when there are findings. */
  readonly output: z.output<Schema> | undefined;
  /** The value without whatever has the wrong shape, so that all further checks can run on the rest. */
  readonly draft: Draft<z.input<Schema>>;
  readonly findings: readonly Finding[];
}

export function checkShape<Schema extends z.ZodType>(schema: Schema, value: unknown): ShapeCheck<Schema> {
  const result = schema.safeParse(value);
  const issues = result.error?.issues ?? [];
  return {
    output: result.data,
    draft: draftOf<z.input<Schema>>(value, issues),
    findings: issues.flatMap((issue) => findingsOfIssue(issue, { schema, value })),
  };
}
