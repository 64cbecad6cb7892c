/** Everything that can be wrong with a file; docs/guide/rules.md has one entry for each. */
export const problemCodes = [
  'file-too-large',
  'nested-too-deeply',
  'yaml-syntax',
  'duplicate-key',
  'too-many-aliases',
  'missing',
  'wrong-type',
  'unknown-key',
  'unknown-value',
  'out-of-range',
  'bad-name',
  'bad-url',
  'address-unclear',
  'bad-tls',
  'bad-host',
  'bad-media-type',
  'bad-pattern',
  'bad-header-value',
  'bad-cookie-scope',
  'unknown-upstream',
  'unknown-capability',
  'unknown-route',
  'unknown-flag',
  'wrong-side',
  'two-targets',
  'write-without-owner',
  'access-unclear',
  'any-among-others',
  'duplicate-id',
  'duplicate-route',
  'unreachable-route',
  'scope-parameter-missing',
  'unknown-parameter',
  'reserved-header',
  'side-never-served',
  'cache-needs-get',
  'aggregate-needs-get',
  'aggregate-has-target',
  'aggregate-in-aggregate',
  'mirror-needs-upstream',
  'mirror-to-itself',
  'mirror-never-copies',
  'mirror-writes-to-live',
  'limit-by-cookie',
  'limit-lifted',
  'percent-without-stickiness',
  'handover-not-available',
  'loop-to-itself',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** One thing to mend in a file, with its place. Validation collects all of them. */
export interface Problem {
  readonly code: ProblemCode;
  /** Path of the file, as the caller gave it. */
  readonly file: string;
  /** Id of the route, name of the upstream or capability, or title of the case; undefined for the file as a whole. */
  readonly ruleId: string | undefined;
  /** Such as `routes[2].scope.name`; '' for the file as a whole. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
  readonly remedy: string;
}

/** `rules/fleet.rules.yaml:12:5 trips.read routes[3].capability: There is no capability "trip". Did you mean "trips"?` */
export function formatProblem(problem: Problem): string {
  const place = [problem.ruleId, problem.path].filter((part) => part !== undefined && part !== '').join(' ');
  const where = `${problem.file}:${problem.line}:${problem.column}`;
  return `${where}${place === '' ? '' : ` ${place}`}: ${problem.message} ${problem.remedy} [${problem.code}]`;
}
