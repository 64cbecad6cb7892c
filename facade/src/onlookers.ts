import { explainHeader } from './explain/explain-asker.ts';
import type { Explainer } from './explain/explainer.ts';
import type { ClientRequest } from './forward/client-request.ts';
import type { ClientResponse } from './forward/client-response.ts';
import type { Passport } from './arrival/introduce.ts';
import type { Passing, TrafficTap } from './sampling/passing.ts';
import type { Asked } from './arrival/to-route-request.ts';

/** Who may look at a decided request before it is sent: a sample of the traffic, and a caller who asks why. */
export interface Onlookers {
  readonly tap: TrafficTap;
  readonly explainer: Explainer;
}

interface Visited {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
}

type Decided = Omit<Passing, 'approach' | 'asked'> & { readonly passport: Passport; readonly asked: Asked };

/**
 * Without a sample and a question it costs two comparisons, and nothing is put together.
 *
 * @returns true when the request has its answer
 */
export function showTo({ tap, explainer }: Onlookers, visited: Visited, decidedNow: () => Decided): boolean {
  const { headers } = visited.request;
  const isAsked = headers[explainHeader] !== undefined;
  if (!isAsked && !tap.isOpen) return false;
  const decided = decidedNow();
  if (isAsked && explainer.answers(visited, decided)) return true;
  if (tap.isOpen) tap.take({ ...decided, approach: { ...decided.passport, headers } });
  return false;
}
