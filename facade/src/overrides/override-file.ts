import { z } from 'zod';
import { parse, stringify } from 'yaml';
import { messageOf } from '@banyan/platform';
import { liftOf, type LiftedOrder } from './order-entry.ts';
import { keyOf, type Override } from './override.ts';

export type OverridesReading =
  | { readonly kind: 'read'; readonly overrides: readonly Override[]; readonly lifted: readonly LiftedOrder[] }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

const orderSchema = z.strictObject({
  capability: z.string().min(1),
  side: z.enum(['legacy', 'extracted']),
  // A bare 42 in YAML is a number; ids are text everywhere.
  subject: z.union([z.string().min(1), z.int().transform(String)]).optional(),
  reason: z.string().min(1).max(500),
  since: z.iso.datetime().optional(),
  by: z.string().min(1).optional(),
});

// Written by facades that share their orders, so that one that restarts does not bring a lifted order back.
const liftedSchema = z.strictObject({
  capability: z.string().min(1),
  subject: z.union([z.string().min(1), z.int().transform(String)]).optional(),
  since: z.iso.datetime(),
  by: z.string().min(1),
});

const fileSchema = z.strictObject({
  overrides: z.array(orderSchema).nullable(),
  lifted: z.array(liftedSchema).optional(),
});

export interface OverridesFileParts {
  readonly capabilities: readonly string[];
  /** Stands for a missing `since`. */
  readonly now: string;
}

/**
 * Reads the file an operator writes; YAML, of which JSON is a part. An empty file holds no orders.
 * A file with any problem is refused as a whole: half of an emergency order is worse than the one before.
 */
export function parseOverrides(text: string, { capabilities, now }: OverridesFileParts): OverridesReading {
  if (text.trim() === '') return { kind: 'read', overrides: [], lifted: [] };
  const document = parseYaml(text);
  if (document.kind === 'refused') return document;
  const parsed = fileSchema.safeParse(document.value);
  if (!parsed.success)
    return {
      kind: 'refused',
      problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`),
    };
  const overrides = (parsed.data.overrides ?? []).map((order) => ({
    ...order,
    since: order.since ?? now,
    by: order.by ?? 'file',
  }));
  const problems = problemsOf(overrides, capabilities);
  const lifted = (parsed.data.lifted ?? []).map((entry) => liftOf(entry, entry.by, entry.since));
  return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'read', overrides, lifted };
}

/** False for what a writer may not have finished: an order must not be lifted because its line is still missing. */
export function isWholeOverrides(text: string): boolean {
  if (text.trim() === '') return false;
  const document = parseYaml(text);
  return document.kind === 'value' && fileSchema.safeParse(document.value).data?.overrides != null;
}

/** JSON for a path that says so, YAML otherwise. */
export function formatOverrides(
  path: string,
  overrides: readonly Override[],
  liftedOrders: readonly LiftedOrder[] = [],
): string {
  const lifted = liftedOrders.map(({ capability, subject, since, by }) => ({ capability, subject, since, by }));
  const document = lifted.length > 0 ? { overrides, lifted } : { overrides };
  return path.endsWith('.json') ? `${JSON.stringify(document, undefined, 2)}\n` : stringify(document);
}

function parseYaml(
  text: string,
): { readonly kind: 'value'; readonly value: unknown } | Extract<OverridesReading, { kind: 'refused' }> {
  try {
    return { kind: 'value', value: parse(text, { maxAliasCount: 0 }) as unknown };
  } catch (err) {
    return { kind: 'refused', problems: [messageOf(err)] };
  }
}

function problemsOf(overrides: readonly Override[], capabilities: readonly string[]): readonly string[] {
  const keys = overrides.map(keyOf);
  return overrides.flatMap((override, index) => {
    const problems: string[] = [];
    if (!capabilities.includes(override.capability))
      problems.push(
        `overrides.${index}.capability: there is no capability "${override.capability}"; the rules have ${capabilities.join(', ') || 'none'}`,
      );
    if (keys.indexOf(keyOf(override)) < index)
      problems.push(`overrides.${index}: a second order for the same capability and subject`);
    return problems;
  });
}
