import { decideSampled, type SampledDecision, type Situation } from './decide-sampled.ts';
import type { SampledRequest } from './sample-format.ts';

/** How the fate of one request differs between two situations. */
export type Move =
  | 'to-extracted'
  | 'to-legacy'
  /** Another server of the same side. */
  | 'to-other-upstream'
  /** It would be answered with 400. */
  | 'newly-refused'
  | 'no-longer-refused'
  /** The same server, by another rule: a route matches that did not before, or does no more. */
  | 'to-other-route';

export const moveKinds = [
  'to-extracted',
  'to-legacy',
  'to-other-upstream',
  'newly-refused',
  'no-longer-refused',
  'to-other-route',
] as const satisfies readonly Move[];

export interface RoutePlan {
  /** Of the new rules, or of the old ones where the new ones refuse; undefined where no route matches. */
  readonly route: string | undefined;
  readonly requestCount: number;
  readonly moves: Readonly<Record<Move, number>>;
  readonly untoldCount: number;
}

/** Scopes of one capability of which at least one request changes sides. */
export interface ScopePlan {
  readonly capability: string;
  readonly move: 'to-extracted' | 'to-legacy';
  readonly count: number;
  /** The first ones. */
  readonly scopes: readonly string[];
}

export interface RulesPlan {
  readonly requestCount: number;
  /** Without those that only another rule takes. */
  readonly movedCount: number;
  /** Requests of which the sample does not hold what would decide; counted as not moved unless something else moves them. */
  readonly untoldCount: number;
  readonly routes: readonly RoutePlan[];
  readonly scopes: readonly ScopePlan[];
  /** More scopes moved than are told apart; their counts are at least that. */
  readonly isScopeLimitReached: boolean;
}

export interface PlanInput {
  readonly before: Situation;
  readonly after: Situation;
  /** Scopes that are told apart, over all capabilities. */
  readonly scopeLimit?: number;
  /** Scopes that are listed by name, for each capability and direction. */
  readonly listedCount?: number;
}

/** Compares two situations over a sample, request by request. Its size depends on the rules, not on the sample. */
export interface PlanMaker {
  add(sampled: SampledRequest): void;
  plan(): RulesPlan;
}

interface GrowingRoute {
  requestCount: number;
  untoldCount: number;
  readonly moves: Record<Move, number>;
}

export function createPlanMaker({ before, after, scopeLimit = 100_000, listedCount = 20 }: PlanInput): PlanMaker {
  const routes = new Map<string | undefined, GrowingRoute>();
  const scopes = createScopeCounts(scopeLimit, listedCount);
  return {
    add(sampled) {
      const [old, now] = [decideSampled(before, sampled), decideSampled(after, sampled)];
      const route = routeFor(routes, now.kind === 'served' ? now.route : old.route);
      route.requestCount += 1;
      if (isUntold(old) || isUntold(now)) route.untoldCount += 1;
      const move = moveBetween(old, now);
      if (move === undefined) return;
      route.moves[move] += 1;
      if (now.kind === 'served' && (move === 'to-extracted' || move === 'to-legacy')) scopes.add(move, old, now);
    },
    plan: () => planOf(routes, scopes),
  };
}

function planOf(routes: ReadonlyMap<string | undefined, GrowingRoute>, scopes: ScopeCounts): RulesPlan {
  const plans = [...routes].map(([route, counts]): RoutePlan => ({ route, ...counts }));
  const sum = (count: (plan: RoutePlan) => number): number => plans.reduce((total, plan) => total + count(plan), 0);
  return {
    requestCount: sum(({ requestCount }) => requestCount),
    movedCount: sum(({ moves }) => moveKinds.reduce((n, kind) => n + (kind === 'to-other-route' ? 0 : moves[kind]), 0)),
    untoldCount: sum(({ untoldCount }) => untoldCount),
    routes: plans.toSorted((one, other) => other.requestCount - one.requestCount),
    scopes: scopes.plans(),
    isScopeLimitReached: scopes.isFull(),
  };
}

function moveBetween(old: SampledDecision, now: SampledDecision): Move | undefined {
  if (now.kind === 'refused') return old.kind === 'refused' ? undefined : 'newly-refused';
  if (old.kind === 'refused') return 'no-longer-refused';
  if (old.side !== now.side) return now.side === 'extracted' ? 'to-extracted' : 'to-legacy';
  if (old.upstream !== now.upstream) return 'to-other-upstream';
  return old.route === now.route ? undefined : 'to-other-route';
}

function isUntold(decision: SampledDecision): boolean {
  return decision.kind === 'served' && decision.isUntold;
}

function routeFor(routes: Map<string | undefined, GrowingRoute>, id: string | undefined): GrowingRoute {
  const known = routes.get(id);
  if (known) return known;
  const moves = Object.fromEntries(moveKinds.map((kind) => [kind, 0])) as Record<Move, number>;
  const made = { requestCount: 0, untoldCount: 0, moves };
  routes.set(id, made);
  return made;
}

type Served = Extract<SampledDecision, { kind: 'served' }>;

interface ScopeCounts {
  add(move: ScopePlan['move'], old: SampledDecision, now: Served): void;
  plans(): readonly ScopePlan[];
  isFull(): boolean;
}

function createScopeCounts(scopeLimit: number, listedCount: number): ScopeCounts {
  const groups = new Map<
    string,
    { readonly capability: string; readonly move: ScopePlan['move']; readonly keys: Set<string> }
  >();
  let count = 0;
  let isFull = false;
  return {
    add(move, old, now) {
      // The extracted side's rule knows the scope; legacy may be the side of a route that moves with nothing.
      const of = now.scope === undefined && old.kind === 'served' ? old : now;
      if (of.scope === undefined || of.capability === undefined) return;
      const id = JSON.stringify([of.capability, move]);
      const group = groups.get(id) ?? { capability: of.capability, move, keys: new Set<string>() };
      groups.set(id, group);
      if (group.keys.has(of.scope)) return;
      if (count >= scopeLimit) {
        isFull = true;
        return;
      }
      count += 1;
      group.keys.add(of.scope);
    },
    plans: () =>
      [...groups.values()].map(({ capability, move, keys }) => ({
        capability,
        move,
        count: keys.size,
        scopes: [...keys].slice(0, listedCount),
      })),
    isFull: () => isFull,
  };
}
