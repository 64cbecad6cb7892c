import { randomBytes, randomInt } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { messageOf, problem, type Logger } from '@banyan/platform';
import { joinSamples } from './join-samples.ts';
import { mergeMetrics } from './merge-metrics.ts';
import type { WorkerOpening } from './worker-channel.ts';

/** The workers, as their admin port needs them. */
export interface AdminWorkers {
  readonly open: readonly WorkerOpening[];
  readonly workerCount: number;
  readonly isClosing: boolean;
  processIds(): readonly (number | undefined)[];
  refresh(): Promise<void>;
}

export interface WorkersAdminParts {
  readonly workers: AdminWorkers;
  readonly log: Logger;
  /** Metrics of the primary itself. */
  readonly ownMetrics: () => Promise<string>;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

const bodyBytesLimit = 262_144;
const callTimeoutMs = 5_000;
const json = 'application/json; charset=utf-8';

/**
 * One admin port over all workers. A question goes to one of them. An order goes to one, which writes it down, and the
 * others have read it before the caller gets its answer. Whatever else is told is told to each.
 */
export function createWorkersAdmin(parts: WorkersAdminParts): RequestListener {
  return (request, response) => {
    void answerFor(parts, request).then(
      (answer) => send(response, answer),
      (err: unknown) => {
        parts.log.error({ event: 'worker.admin-failed', err }, messageOf(err));
        send(response, failed(502, 'worker-unreachable', 'A worker did not answer the admin call in time.'));
      },
    );
  };
}

async function answerFor(parts: WorkersAdminParts, request: IncomingMessage): Promise<Answer> {
  const { workers } = parts;
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesLimit || request.headers['transfer-encoding'])
    return failed(413, 'body-too-large', `A body has a length, of at most ${bodyBytesLimit} bytes.`);
  const call = await callOf(request);
  const path = call.path.split('?')[0];
  if (path === '/health') return { status: 200, contentType: json, text: '{"status":"up"}' };
  if (path === '/ready') return ready(workers);
  if (path === '/metrics') return metrics(parts, call);
  const [first] = workers.open;
  return first ? relay(workers, first, call) : failed(503, 'no-worker', 'No worker is open now.');
}

function relay(workers: AdminWorkers, first: WorkerOpening, call: Call): Promise<Answer> {
  if (call.method === 'GET' || call.method === 'HEAD') return question(workers, first, call);
  return call.path.startsWith('/overrides/') ? order(workers, first, call) : tellAll(workers, withSampleKey(call));
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const { authorization, 'content-type': type, 'x-request-id': id } = request.headers;
  const headers = Object.entries({ authorization, 'content-type': type, 'x-request-id': id?.toString() });
  const method = request.method ?? 'GET';
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return {
    method,
    path: request.url ?? '/',
    headers: Object.fromEntries(headers.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    body: hasBody ? await buffer(request) : undefined,
  };
}

async function ask({ adminUrl }: WorkerOpening, { method, path, headers, body }: Call): Promise<Answer> {
  const signal = AbortSignal.timeout(callTimeoutMs);
  const answer = await fetch(adminUrl + path, {
    method,
    headers,
    signal,
    ...(body && { body: Uint8Array.from(body) }),
  });
  return { status: answer.status, contentType: answer.headers.get('content-type') ?? json, text: await answer.text() };
}

async function ready(workers: AdminWorkers): Promise<Answer> {
  const { open, workerCount, isClosing } = workers;
  const call: Call = { method: 'GET', path: '/ready', headers: {}, body: undefined };
  const answers = isClosing ? [] : await Promise.all(open.map((worker) => ask(worker, call).catch(unreachable)));
  const isReady = answers.length === workerCount && answers.every(({ status }) => status === 200);
  const why = isClosing ? 'the process is closing' : `${open.length} of ${workerCount} workers are open`;
  const own = { name: 'workers', isReady: !isClosing && open.length === workerCount, why };
  const checks = [own, ...answers.flatMap(({ text }, worker) => checksOf(text).map((check) => ({ ...check, worker })))];
  return { status: isReady ? 200 : 503, contentType: json, text: JSON.stringify({ checks }) };
}

const unreachable = (): Answer => failed(503, 'worker-unreachable', 'It did not answer.');

function checksOf(text: string): readonly object[] {
  const { checks } = JSON.parse(text) as { readonly checks?: readonly object[] };
  return checks ?? [];
}

async function metrics({ workers, ownMetrics }: WorkersAdminParts, call: Call): Promise<Answer> {
  const answers = await Promise.all(workers.open.map((worker) => ask(worker, call)));
  const refused = answers.find(({ status }) => status !== 200);
  if (refused) return refused;
  const text = mergeMetrics([...answers.map((answer) => answer.text), await ownMetrics()]);
  return { status: 200, contentType: answers[0]?.contentType ?? 'text/plain', text };
}

async function question(workers: AdminWorkers, first: WorkerOpening, call: Call): Promise<Answer> {
  if (call.path.split('?')[0] === '/samples/current') return sample(workers, call);
  const answer = await ask(first, call);
  if (call.path !== '/status' || answer.status !== 200) return answer;
  const processes = workers.processIds().map((processId, worker) => ({ worker, processId: processId ?? null }));
  return { ...answer, text: JSON.stringify({ ...(JSON.parse(answer.text) as object), workers: processes }) };
}

/** A worker that took another one's place meanwhile has none. */
async function sample({ open }: AdminWorkers, call: Call): Promise<Answer> {
  const answers = await Promise.all(open.map((worker) => ask(worker, call)));
  const taken = answers.filter(({ status }) => status === 200);
  const [one] = taken;
  if (!one) return answers[0] ?? unreachable();
  return {
    ...one,
    text: joinSamples(
      taken.map(({ text }) => text),
      randomInt,
    ),
  };
}

/** The same key in all workers: whoever comes by two of them has one pseudonym. */
function withSampleKey(call: Call): Call {
  if (call.path !== '/samples' || call.method !== 'POST') return call;
  try {
    const body = JSON.parse(call.body?.length ? call.body.toString() : '{}') as object;
    const pseudonymKey = randomBytes(32).toString('base64url');
    const headers = { ...call.headers, 'content-type': 'application/json' };
    return { ...call, headers, body: Buffer.from(JSON.stringify({ ...body, pseudonymKey })) };
  } catch {
    // A worker says what is wrong with it.
    return call;
  }
}

async function order(workers: AdminWorkers, first: WorkerOpening, call: Call): Promise<Answer> {
  const answer = await ask(first, call);
  if (answer.status < 300) await workers.refresh();
  return answer;
}

/** One after the other; the first one that does not do it is the answer. */
async function tellAll({ open }: AdminWorkers, call: Call): Promise<Answer> {
  let answer: Answer | undefined;
  for (const worker of open) {
    const next = await ask(worker, call);
    if (next.status >= 300) return next;
    answer ??= next;
  }
  return answer ?? unreachable();
}

function failed(status: number, reason: string, detail: string): Answer {
  const text = JSON.stringify(problem(status, reason, 'The admin call failed', detail));
  return { status, contentType: 'application/problem+json', text };
}

function send(response: ServerResponse, { status, contentType, text }: Answer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(text) }).end(text);
}
