import { createHash } from 'node:crypto';
import {
  compileRules,
  formatProblem,
  parseRules,
  type ParseRulesOptions,
  type RuleTable,
  type UpstreamTls,
} from '@banyan/routing-rules';

/** One version of the rules: a frozen value that is swapped as a whole. */
export interface RulesInForce {
  readonly table: RuleTable;
  /** First digits of the SHA-256 of the file, with the addresses that the environment gave to its upstreams. */
  readonly revision: string;
  /** ISO 8601, UTC. */
  readonly loadedAt: string;
  /** Headers by which a rule knows callers: only trusted peers may send them. */
  readonly gatewayNames: ReadonlySet<string>;
}

export type RulesReading =
  | { readonly kind: 'read'; readonly rules: RulesInForce }
  /** Every problem, as a line for people. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

/** What this process can do; rules that need more are refused. */
export interface Abilities {
  readonly verifiesTokens: boolean;
  readonly signsCookies: boolean;
  readonly trustsPeers: boolean;
  /** Why the files of an upstream cannot be used; undefined when they can. */
  readonly tlsFault: (tls: UpstreamTls) => string | undefined;
}

export interface ReadRulesOptions extends Required<Omit<ParseRulesOptions, 'path'>> {
  readonly path: string;
  readonly abilities: Abilities;
  readonly loadedAt: string;
}

export function readRules(text: string, { abilities, loadedAt, ...options }: ReadRulesOptions): RulesReading {
  const parsed = parseRules(text, options);
  if (parsed.kind === 'refused') return { kind: 'refused', problems: parsed.problems.map(formatProblem) };
  const table = compileRules(parsed.document);
  const problems = [...unmetNeeds(table, abilities), ...tlsFaults(table, abilities)];
  if (problems.length > 0) return { kind: 'refused', problems };
  const revision = createHash('sha256')
    .update(JSON.stringify([text, options.upstreamUrls]))
    .digest('hex')
    .slice(0, 12);
  return { kind: 'read', rules: Object.freeze({ table, revision, loadedAt, gatewayNames: gatewayNamesOf(table) }) };
}

function gatewayNamesOf({ routes, defaultSubject }: RuleTable): ReadonlySet<string> {
  const sources = [defaultSubject, ...routes.map(({ subject }) => subject)];
  return new Set(sources.flatMap((source) => (source.from === 'header' ? [source.name] : [])));
}

function tlsFaults({ upstreams }: RuleTable, { tlsFault }: Abilities): readonly string[] {
  return upstreams.flatMap(({ name, tls }) => {
    const fault = tls && tlsFault(tls);
    return fault === undefined ? [] : [`${name}: a file of its tls cannot be used: ${fault}.`];
  });
}

/** Rules that would quietly know nobody, and so keep everybody on legacy, are a mistake of the configuration. */
function unmetNeeds({ routes }: RuleTable, abilities: Abilities): readonly string[] {
  const moving = routes.filter(({ target }) => target.kind === 'capability');
  const needs = [
    {
      isMet: abilities.verifiesTokens,
      what: 'callers by their token',
      key: 'FACADE_JWKS_URL',
      ids: moving.filter(({ subject }) => subject.from === 'token'),
    },
    {
      isMet: abilities.trustsPeers,
      what: 'callers by a header of a gateway',
      key: 'FACADE_TRUSTED_PROXIES',
      ids: moving.filter(({ subject }) => subject.from === 'header'),
    },
    {
      isMet: abilities.signsCookies,
      what: 'callers by a signed cookie',
      key: 'FACADE_COOKIE_SECRET',
      ids: moving.filter(
        ({ subject, target }) =>
          subject.from === 'cookie' || (target.kind === 'capability' && target.capability.anonymous === 'cookie'),
      ),
    },
  ];
  return needs
    .filter(({ isMet, ids }) => !isMet && ids.length > 0)
    .map(
      ({ what, key, ids }) =>
        `${few(ids)}: know ${what}, but ${key} is not set, so that nobody would be known. Set it, or change the rules.`,
    );
}

function few(routes: readonly { readonly id: string }[]): string {
  const named = routes.slice(0, 3).map(({ id }) => id);
  return routes.length > named.length
    ? `${named.join(', ')} and ${routes.length - named.length} more`
    : named.join(', ');
}
