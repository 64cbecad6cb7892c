import type { RouteLimits } from './limits.ts';
import type { RouteMatch } from './match-route.ts';

/** Undefined where nothing is limited. */
export function limitsOf(match: RouteMatch): RouteLimits | undefined {
  return match.kind === 'matched' ? match.route.limits : match.limits;
}
