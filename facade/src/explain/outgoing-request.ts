import type { Decision } from '@banyan/routing-rules';
import type { ClientRequest } from '../forward/client-request.ts';
import { upstreamHeaders, type Introduction } from '../forward/request-headers.ts';
import { sideShapeFor } from '../transform/side-shape.ts';
import type { OutgoingRequest } from './shown-request.ts';

export interface Outgoing {
  readonly request: Pick<ClientRequest, 'headers' | 'rawHeaders'>;
  readonly method: string;
  /** Path and query as they were decided on. */
  readonly target: string;
  readonly introduction: Introduction;
}

/** What a side would get, made by the code that makes it for real requests. */
export function outgoingRequest(
  { request, method, target, introduction }: Outgoing,
  decision: Decision,
): OutgoingRequest {
  const headers = upstreamHeaders(request, introduction);
  const shape = sideShapeFor(decision, { ...introduction, target, headers: request.headers });
  return { method, target: shape?.target ?? target, headers: shape?.transformRequest?.(headers) ?? headers };
}
