import type { Finding, KeyPath } from '../../problem/finding.ts';
import type { Draft } from '../../yaml/draft.ts';
import type { RulesInput } from '../rules-schema.ts';

/** The file as far as its shape is right; a part that is wrong is missing here and has its own problem. */
export type RulesDraft = Draft<RulesInput>;
export type RouteDraft = NonNullable<NonNullable<RulesDraft['routes']>[number]>;
export type CapabilityDraft = NonNullable<NonNullable<RulesDraft['capabilities']>[string]>;
export type UpstreamDraft = NonNullable<NonNullable<RulesDraft['upstreams']>[string]>;

export interface ValidatorOptions {
  /** Where the facade itself listens, as URLs or host:port; an upstream there would be a loop. */
  readonly facadeAddresses: readonly string[];
}

/** Looks for one kind of mistake in the whole file. */
export type Validator = (draft: RulesDraft, options: ValidatorOptions) => readonly Finding[];

interface Placed<Rule> {
  readonly rule: Rule;
  readonly path: KeyPath;
}

export function routesOf(draft: RulesDraft): readonly Placed<RouteDraft>[] {
  return (draft.routes ?? []).flatMap((rule, index) => (rule ? [{ rule, path: ['routes', index] }] : []));
}

export function capabilitiesOf(draft: RulesDraft): readonly Placed<CapabilityDraft>[] {
  return placedEntries(draft.capabilities, 'capabilities');
}

export function upstreamsOf(draft: RulesDraft): readonly Placed<UpstreamDraft>[] {
  return placedEntries(draft.upstreams, 'upstreams');
}

function placedEntries<Rule>(
  rules: Readonly<Record<string, Rule | undefined>> | undefined,
  section: string,
): readonly Placed<Rule>[] {
  return Object.entries(rules ?? {}).flatMap(([name, rule]) => (rule ? [{ rule, path: [section, name] }] : []));
}

/** Own entries only: a capability called "constructor" is as unknown as any other. */
export function entryOf<Rule>(
  rules: Readonly<Record<string, Rule | undefined>> | undefined,
  name: string | undefined,
): Rule | undefined {
  return rules && name !== undefined && Object.hasOwn(rules, name) ? rules[name] : undefined;
}
