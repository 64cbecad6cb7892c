import type { z } from 'zod';
import type { rulesSchema, sides, stages } from './rules-schema.ts';

export type Side = (typeof sides)[number];
export type Stage = (typeof stages)[number];

type Frozen<T> = T extends readonly (infer Element)[]
  ? readonly Frozen<Element>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** A file of rules that passed every check, with its defaults filled in; what the engineer wrote, not yet compiled. */
export type RulesDocument = Frozen<z.output<typeof rulesSchema>>;
export type RouteRule = RulesDocument['routes'][number];
export type UpstreamRule = RulesDocument['upstreams'][string];
export type CapabilityRule = RulesDocument['capabilities'][string];
/** Where the facade takes the caller's identity from. */
export type SubjectSource = RulesDocument['defaults']['subject'];
export type ScopeSource = RouteRule['scope'];
