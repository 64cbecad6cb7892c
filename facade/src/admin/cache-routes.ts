import { parseInput, problem, ProblemError, type createRouter } from '@banyan/platform';
import { z } from 'zod';
import type { AnswerStore } from '../cache/answer-store.ts';
import type { RulesInForce } from '../rules-file/rules-in-force.ts';

const querySchema = z.object({ route: z.string().min(1).optional() });

export function addCacheRoutes(
  router: ReturnType<typeof createRouter>,
  { cache, rules }: { readonly cache: Pick<AnswerStore, 'clear'>; readonly rules: () => RulesInForce },
): void {
  router.delete('/cache', ({ query }, response) => {
    const { route } = parseInput(querySchema, query, 'query');
    if (route !== undefined && !rules().table.routes.some(({ id }) => id === route))
      throw new ProblemError(problem(404, 'no-such-route', 'No such route', `The rules have no route "${route}".`));
    response.json({ forgottenCount: cache.clear(route) });
  });
}
