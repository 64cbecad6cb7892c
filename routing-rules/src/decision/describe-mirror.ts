import type { RouteMatch } from '../table/match-route.ts';
import type { Mirror } from '../table/route.ts';
import { candidateOf, isMethodCopied } from './candidate.ts';
import type { Decision } from './decision.ts';

type Serving = Pick<Decision, 'side' | 'upstream'>;

/** For people: what becomes of copies of this request. Undefined where no rule speaks of any. */
export function describeMirror(match: RouteMatch, serving: Serving, method: string): string | undefined {
  if (match.kind === 'unmatched' || match.route.mirror === undefined) return undefined;
  const { mirror, access } = match.route;
  if (!isMethodCopied(mirror, access, method)) return `No copy is sent: ${method} may write.`;
  const candidate = candidateOf(match, serving, method);
  if (!candidate) return `No copy is sent: ${serving.upstream.name} serves the request itself.`;
  const { name } = candidate.upstream;
  const place = mirror.destination ? name : `the side that does not serve them (${name})`;
  return `${mirror.percent} % of such requests${describeBodies(mirror, method)} are copied to ${place}, whose answers nobody gets.`;
}

function describeBodies({ bodyBytes }: Mirror, method: string): string {
  if (bodyBytes > 0) return ` with bodies up to ${bodyBytes} bytes`;
  return method === 'GET' || method === 'HEAD' ? '' : ' without a body';
}
