import { parseInput, problem, ProblemError } from '@banyan/platform';
import { describeAmbiguity, matchPath, type Subject } from '@banyan/routing-rules';
import { z } from 'zod';
import { explainFully, type Authorities, type FullExplanation } from '../explain/explanation.ts';
import { outgoingRequest } from '../explain/outgoing-request.ts';
import { showRequest } from '../explain/shown-request.ts';
import type { Introduction } from '../forward/request-headers.ts';

const questionSchema = z.object({
  method: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .default('GET')
    .transform((method) => method.toUpperCase()),
  path: z.string().min(1),
  subject: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
  /** `name:value`, any number of them. */
  header: z.union([z.string(), z.array(z.string())]).default([]),
});

/**
 * What would happen to a request, by the same code that decides over real ones, and with the flags, orders and rules in force.
 * Nothing is sent.
 *
 * @throws {ProblemError} 400 for a question that is none, or for a path that would be refused
 */
export function explainQuestion(authorities: Authorities, query: unknown): FullExplanation {
  const { method, path: asked, subject: id, host, header } = parseInput(questionSchema, query, 'query');
  const { table, gatewayNames } = authorities.rules();
  const queryAt = asked.indexOf('?');
  const [path, search] = queryAt < 0 ? [asked, ''] : [asked.slice(0, queryAt), asked.slice(queryAt)];
  const lines = [...(host === undefined ? [] : [`host:${host}`]), ...[header].flat()].map(readLine);
  const headers: Readonly<Record<string, string>> = Object.fromEntries(lines);
  const found = matchPath(table, { method, path, host, headers });
  if (found.kind === 'ambiguous')
    throw new ProblemError(
      problem(400, 'ambiguous-path', 'Ambiguous path', `Such a request is refused. ${describeAmbiguity(found.reason)}`),
    );
  const { request } = found;
  const subject: Subject = id === undefined ? { kind: 'anonymous' } : { kind: 'identified', id };
  const introduction = { ...nobodyYet, gatewayNames };
  const outgoing = {
    request: { headers, rawHeaders: lines.flat() },
    method,
    target: request.path + search,
    introduction,
  };
  const shown = (decision: FullExplanation['decision']) => showRequest(outgoingRequest(outgoing, decision));
  return explainFully(authorities, { request, subject, target: request.path + search, shown });
}

/** What the facade would say about a request, as far as that is not known before it comes. */
const nobodyYet: Omit<Introduction, 'gatewayNames'> = {
  peerAddress: '(address of the client)',
  isPeerTrusted: false,
  scheme: 'http',
  requestId: '(new)',
  traceparent: '(new)',
  keepsTracestate: false,
};

function readLine(line: string): readonly [name: string, value: string] {
  const at = line.indexOf(':');
  return at < 0 ? [line.toLowerCase(), ''] : [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
}
