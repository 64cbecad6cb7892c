import { explain, type Aggregate, type DecideInput, type Decision, type Side } from '@banyan/routing-rules';
import { partTarget } from '../aggregate/part-target.ts';
import { showRequest } from './shown-request.ts';

/** Where one of the requests goes that make up a joined answer. */
export interface ExplainedPart {
  readonly name: string;
  /** Without values that may be secret. Null: the request lacks what the part's path needs, and the part is not sent. */
  readonly target: string | null;
  readonly decision: PartDecision | null;
}

interface PartDecision {
  readonly routeId: string | null;
  readonly side: Side;
  readonly upstream: string;
  readonly reason: Decision['reason'];
}

type Deciding = Omit<DecideInput, 'match'>;

/** @param target - path and query that the client asked for */
export function explainParts({ parts }: Aggregate, deciding: Deciding, target: string): readonly ExplainedPart[] {
  return parts.map((part) => {
    const wanted = partTarget(part, target);
    if (wanted === undefined) return { name: part.name, target: null, decision: null };
    const [path = ''] = wanted.split('?');
    const { decision } = explain({ ...deciding, request: { ...deciding.request, method: 'GET', path } });
    const { routeId = null, side, upstream, reason } = decision;
    const { target: shown } = showRequest({ method: 'GET', target: wanted, headers: [] });
    return { name: part.name, target: shown, decision: { routeId, side, upstream: upstream.name, reason } };
  });
}
