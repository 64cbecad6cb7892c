import type { Aggregate, AggregatePart, Side } from '@banyan/routing-rules';
import { sendWhole } from '../cache/send-whole.ts';
import type { ClientRequest } from '../forward/client-request.ts';
import type { ClientResponse } from '../forward/client-response.ts';
import type { ExchangeOpening } from '../forward/exchanges.ts';
import type { ForwardOutcome } from '../forward/outcome.ts';
import type { Recorder } from '../record.ts';
import { aggregateAnswer, type NamedResult } from './aggregate-answer.ts';
import type { AggregateMetrics } from './aggregate-metrics.ts';
import { PartRequest } from './part-request.ts';
import { PartResponse } from './part-response.ts';
import { partTarget } from './part-target.ts';
import { partResultOf, type PartResult } from './part-result.ts';

/** A part as a visit of its own. */
export interface PartVisit {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly upgrade: undefined;
  readonly startedAtMs: number;
  /** It may not be an aggregate itself. */
  readonly isPart: true;
}

/** Walks a part as any request, and tells the recorder how it ended. */
export type WalkPart = (visit: PartVisit, recorder: Recorder) => Promise<void>;

export interface AggregateMeans {
  readonly metrics: AggregateMetrics;
  readonly walk: WalkPart;
}

type Opening = Pick<ExchangeOpening, 'request' | 'response' | 'target' | 'introduction' | 'routeId'>;

// The parts have their own times; this is for a client that reads their sum.
const patienceMs = 60_000;

/** Asks all parts at once, each as an ordinary request of this client, and answers with one document. */
export async function serveAggregate(
  aggregate: Aggregate,
  opening: Opening,
  { metrics, walk }: AggregateMeans,
): Promise<ForwardOutcome> {
  const { request, response, introduction, routeId = '' } = opening;
  const hasLeft = (): boolean => response.destroyed;
  if (hasLeft()) return { kind: 'client-aborted', phase: 'connect' };
  const open = new Set<PartResponse>();
  const cancel = (): void => open.forEach((one) => one.destroy());
  response.on('close', cancel);
  const results = await Promise.all(
    aggregate.parts.map(async (part): Promise<NamedResult> => {
      const result = await askPart(part, opening, { walk, open });
      metrics.aggregateParts.inc({ rule: routeId, part: part.name, side: result.side ?? 'none', outcome: result.kind });
      return { part, result };
    }),
  );
  response.off('close', cancel);
  if (hasLeft()) return { kind: 'client-aborted', phase: 'headers' };
  const { status, headers, body } = aggregateAnswer(results);
  const bytes = Buffer.from(body);
  const framing = ['content-length', String(bytes.length), 'x-request-id', introduction.requestId];
  const isHead = request.method === 'HEAD';
  return sendWhole(
    response,
    { status, headers: [...headers, ...framing], body: isHead ? undefined : bytes },
    patienceMs,
  );
}

async function askPart(
  part: AggregatePart,
  { request, target, introduction }: Opening,
  { walk, open }: { readonly walk: WalkPart; readonly open: Set<PartResponse> },
): Promise<PartResult> {
  const asked = partTarget(part, target);
  if (asked === undefined) return { kind: 'refused', side: undefined, status: 400 };
  const response = new PartResponse(part.maxBytes);
  open.add(response);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = !response.writableFinished;
    response.destroy();
  }, part.timeoutMs);
  const heard: { outcome?: ForwardOutcome; side?: Side; status?: number } = {};
  const recorder: Recorder = {
    served: ({ outcome, side }) => void Object.assign(heard, { outcome, side }),
    refused: ({ status }) => void Object.assign(heard, { status }),
  };
  const visit = { request: new PartRequest(request, asked, introduction), response, upgrade: undefined } as const;
  await walk({ ...visit, startedAtMs: performance.now(), isPart: true }, recorder);
  clearTimeout(timer);
  open.delete(response);
  const { headers, body, isTooLarge } = response;
  const status = heard.status ?? response.statusCode;
  return partResultOf({ outcome: heard.outcome, side: heard.side, status, headers, body, isTooLarge, isLate });
}
