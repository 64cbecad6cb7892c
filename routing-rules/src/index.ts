/**
 * routing-rules: the rule language: parse, check, compile, match, decide, explain. The same input always gives the same decision.
 * It must never do I/O, ask a clock or draw lots, and it imports no room.
 * Start reading at `decision/decide.ts`: what everything else prepares.
 */
export { parseRules, type ParseRulesOptions, type RulesReading } from './language/parse-rules.ts';
export type { RulesDocument, ScopeSource, Side, Stage, SubjectSource } from './language/rules-document.ts';
export { safeMethods, type Access } from './language/access.ts';
export { formatProblem, type Problem, type ProblemCode } from './problem/problem.ts';
export { compileRules } from './table/compile-rules.ts';
export { matchRoute, type RouteMatch } from './table/match-route.ts';
export type { Aggregate, AggregatePart } from './table/aggregate.ts';
export { fillPartPath } from './path/part-path.ts';
export type {
  BreakerPolicy,
  CacheLimits,
  Capability,
  Destination,
  HealthCheck,
  HealthPolicy,
  Mirror,
  Route,
  RetryPolicy,
  RouteTarget,
  Timeouts,
  Upstream,
  UpstreamTls,
} from './table/route.ts';
export type { RequestLimit, RouteLimits } from './table/limits.ts';
export { limitsOf } from './table/limits-of.ts';
export type { HeaderChanges, Transform } from './table/transform.ts';
export { restorePath, rewritePath, type PathRewrite } from './path/path-rewrite.ts';
export type { RouteRequest } from './table/route-request.ts';
export type { RuleTable } from './table/route-table.ts';
export { matchPath, settleMatched, type PathMatch } from './table/match-path.ts';
export { canonicalisePath, readPath } from './path/canonical-path.ts';
export type { CanonicalPath, PathReading, ReadPath } from './path/path-reading.ts';
export { describeAmbiguity, type AmbiguityReason, type PathAllowance } from './path/path-ambiguity.ts';
export { decide, type DecideInput } from './decision/decide.ts';
export { candidateOf, mirroredUpstreams } from './decision/candidate.ts';
export type { Decision, DecisionReason, ReasonKind } from './decision/decision.ts';
export { describeReason } from './decision/describe-reason.ts';
export { explain, type Explanation, type ExplainStep } from './decision/explain.ts';
export { formatExplanation } from './decision/format-explanation.ts';
export { overridesFrom } from './decision/override-orders.ts';
export type {
  BucketReader,
  FlagReader,
  FlagReading,
  GuardReader,
  OverrideOrder,
  OverrideReader,
  OwnershipReader,
  Subject,
} from './decision/ports.ts';
export { segmentName } from './path/path-segments.ts';
export { speaksMediaType } from './table/route-conditions.ts';
export { bucketCount, bucketOf, bucketsOf, isInShare } from './rollout/bucket.ts';
export { callerBucketKeyOf } from './decision/scope-key.ts';
export { runRuleCases, type CaseRun } from './cases/run-rule-cases.ts';
export type { CaseResult, Difference } from './cases/run-case.ts';
export type { Coverage, RouteCoverage } from './cases/coverage.ts';
export { readFlagFixtures, type FlagFixturesReading } from './cases/read-flag-fixtures.ts';
export { flagsFrom } from './cases/flag-fixtures.ts';
export { formatCaseRun } from './cases/format-case-run.ts';
export { headerWord, mergeWords, wordsOf, type RuleWords } from './traffic/rule-words.ts';
export {
  parseSampleLine,
  pseudonymMark,
  type KeyFacts,
  type SampledRequest,
  type SampleHeader,
  type SampleLine,
} from './traffic/sample-format.ts';
export type { FlagWish, Situation } from './traffic/decide-sampled.ts';
export { createPlanMaker, type PlanMaker, type RulesPlan } from './traffic/plan-rules.ts';
export { formatPlan } from './traffic/format-plan.ts';
export { RuleTableError } from './rule-table-error.ts';
export { shippedFiles } from './shipped-files.ts';
