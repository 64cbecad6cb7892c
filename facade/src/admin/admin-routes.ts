import { createRouter, parseInput, problem, ProblemError } from '@banyan/platform';
import { z } from 'zod';
import type { Audit } from '../audit/audit.ts';
import type { StalePolicy, TimedFlagReader } from '../flags/flag-reader.ts';
import type { FlagSource } from '../flags/flag-source.ts';
import type { UpstreamStatus } from '../forward/upstreams.ts';
import type { Guards } from '../guards/guards.ts';
import type { OrderSharing, Sharing } from '../overrides/order-sharing.ts';
import type { Overrides, Persistence } from '../overrides/overrides.ts';
import type { RulesFile } from '../rules-file/rules-file.ts';
import type { AnswerStore } from '../cache/answer-store.ts';
import { adminName } from './admin-auth.ts';
import { addCacheRoutes } from './cache-routes.ts';
import type { Authorities } from '../explain/explanation.ts';
import { explainQuestion } from './explain-question.ts';
import { addSampleRoutes, type SampleRoutesParts } from './sample-routes.ts';

export interface AdminRoutesParts extends Authorities, SampleRoutesParts {
  readonly rulesPath: string;
  readonly rulesFile: RulesFile;
  readonly flagSource: FlagSource;
  readonly flagReader: Pick<TimedFlagReader, 'lastTick'>;
  readonly stalePolicy: StalePolicy;
  /** Whose records of ownership are asked; `none`: nobody's, flags decide. */
  readonly ownershipSource: { readonly kind: 'none' | 'recorded'; readonly why: string };
  readonly orders: Overrides;
  readonly cache: Pick<AnswerStore, 'clear'>;
  readonly sharing: OrderSharing;
  readonly guards: Pick<Guards, 'all'>;
  readonly audit: Audit;
  readonly now: () => string;
  readonly upstreamStatus: () => readonly UpstreamStatus[];
}

type Router = ReturnType<typeof createRouter>;

export function createAdminRoutes(parts: AdminRoutesParts): Router {
  const router = createRouter();
  addReading(router, parts);
  addOrders(router, parts);
  addCacheRoutes(router, parts);
  addSampleRoutes(router, parts);
  return router;
}

function addReading(router: Router, parts: AdminRoutesParts): void {
  router.get('/status', (_request, response) => void response.json(statusOf(parts)));
  router.get('/explain', (request, response) => void response.json(explainQuestion(parts, request.query)));
  router.get('/flags/:name', ({ params: { name } }, response) => {
    const definition = parts.flagSource.definition(name);
    response.json({
      name,
      isKnown: definition !== undefined,
      isEnabled: isOn(definition),
      definition: definition ?? null,
    });
  });
  router.get('/audit', (_request, response) => {
    response.json({ entries: parts.audit.recent(), fileProblem: parts.audit.problem() ?? null });
  });
  router.post('/rules/reload', async (_request, response) => {
    await parts.rulesFile.reload(adminName);
    const problems = parts.rulesFile.problems();
    if (problems.length > 0) throw refusedRules(problems);
    response.json({ rules: rulesStatus(parts) });
  });
}

const orderSchema = z.strictObject({
  side: z.enum(['legacy', 'extracted']),
  subject: z.string().min(1).max(256).optional(),
  reason: z.string().min(1).max(500),
});
const subjectSchema = z.object({ subject: z.string().min(1).max(256).optional() });

function addOrders(router: Router, { orders, sharing, now, rules }: AdminRoutesParts): void {
  router.get('/overrides', (_request, response) => {
    response.json({ overrides: orders.current().all, problems: orders.problems(), sharing: sharing.status() });
  });
  router.put('/overrides/:capability', async ({ params: { capability }, body }, response) => {
    const order = parseInput(orderSchema, body, 'body');
    if (!rules().table.capabilities.some(({ name }) => name === capability))
      throw new ProblemError(
        problem(404, 'no-such-capability', 'No such capability', `The rules have no capability "${capability}".`),
      );
    const override = { ...order, capability, since: now(), by: adminName };
    // In force before anything is waited for.
    const [persistence, shared] = await Promise.all([orders.set(override), sharing.share()]);
    response.json(answerOf(orders, persistence, shared));
  });
  router.delete('/overrides/:capability', async ({ params: { capability }, query }, response) => {
    const { subject } = parseInput(subjectSchema, query, 'query');
    const cleared = orders.clear({ capability, subject }, adminName);
    if (!cleared)
      throw new ProblemError(problem(404, 'no-such-override', 'No such override', 'There is no such order to clear.'));
    const [persistence, shared] = await Promise.all([cleared, sharing.share()]);
    response.json(answerOf(orders, persistence, shared));
  });
}

function answerOf(orders: Overrides, persistence: Persistence, sharing: Sharing) {
  return { overrides: orders.current().all, ...persistence, sharing };
}

function statusOf(parts: AdminRoutesParts) {
  const { table } = parts.rules();
  return {
    rules: rulesStatus(parts),
    flags: flagsStatus(parts),
    ownership: parts.ownershipSource,
    overrides: parts.orders.current().all,
    overrideProblems: parts.orders.problems(),
    overrideSharing: parts.sharing.status(),
    guardAlarms: parts.guards.all(),
    upstreams: upstreamsStatus(parts),
    capabilities: table.capabilities,
  };
}

/** What is known of the flags now, and what is done when they are too old. */
function flagsStatus({ flagSource, flagReader, stalePolicy }: AdminRoutesParts) {
  return { ...flagSource.status(), isTooOld: flagReader.lastTick().isTooOld, stalePolicy };
}

/** As the rules name them, with what is known of their instances. */
function upstreamsStatus({ rules, upstreamStatus }: AdminRoutesParts) {
  const known = new Map(upstreamStatus().map(({ upstream, instances }) => [upstream, instances]));
  return rules().table.upstreams.map((upstream) => ({ ...upstream, instances: known.get(upstream.name) ?? [] }));
}

function rulesStatus({ rulesPath, rulesFile, rules }: AdminRoutesParts) {
  const { revision, loadedAt, table } = rules();
  return { revision, path: rulesPath, loadedAt, ruleCount: table.routes.length, problems: rulesFile.problems() };
}

function refusedRules(problems: readonly string[]): ProblemError {
  const document = problem(
    409,
    'rules-refused',
    'Rules refused',
    'The file has problems; the last good rules stay in force.',
  );
  return new ProblemError({ ...document, errors: problems.map((message) => ({ path: 'rules', message })) });
}

function isOn(definition: unknown): boolean {
  return (
    typeof definition === 'object' && definition !== null && 'enabled' in definition && definition.enabled === true
  );
}
