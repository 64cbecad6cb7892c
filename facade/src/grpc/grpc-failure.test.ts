import { once } from 'node:events';
import { connect, constants, type IncomingHttpHeaders } from 'node:http2';
import { status, type ServiceError } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { grpcFacade, pathOf, startGrpcServer } from '../testing/grpc.ts';
import { createSides } from '../testing/sides.ts';
import { grpcHead, grpcStatusOf, isGrpc } from './grpc-status.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const message = Buffer.from('hi');
const failureOf = async (call: Promise<unknown>): Promise<ServiceError> =>
  (await call.then(
    () => undefined,
    (err: unknown) => err,
  )) as ServiceError;
const toNobody = async () => `url: '${await sides.absent()}', protocol: h2`;

describe('a call that the facade cannot have served ends with a status of gRPC', () => {
  test('UNAVAILABLE when the side cannot be reached; logs keep what another request would have got', async () => {
    const { calls, facade } = await grpcFacade(await toNobody(), {}, sides);
    const failure = await failureOf(calls.ask(message));
    expect([failure.code, failure.details]).toEqual([
      status.UNAVAILABLE,
      'The legacy side cannot be reached now. Nothing was carried out; repeat the request later.',
    ]);
    expect(failure.metadata.get('x-banyan-side')).toEqual(['legacy']);
    expect(failure.metadata.get('x-request-id')).toHaveLength(1);
    await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ outcome: 'connect-failed', status: 503 }));
  });

  test('DEADLINE_EXCEEDED when the side does not answer in time', async () => {
    const { upstream } = await startGrpcServer({ ask: () => undefined }, {}, sides);
    const { calls, facade } = await grpcFacade(`${upstream}, timeouts: { headersMs: 200 }`, {}, sides);
    const failure = await failureOf(calls.ask(message));
    expect([failure.code, failure.details]).toEqual([status.DEADLINE_EXCEEDED, expect.stringContaining('in time')]);
    await eventually(() =>
      expect(facade.servedLines()[0]).toMatchObject({ outcome: 'timed-out.headers', status: 504 }),
    );
  });

  test('UNAVAILABLE when the side breaks off before its answer', async () => {
    let end: () => void = () => undefined;
    const server = await startGrpcServer({ ask: () => end() }, {}, sides);
    end = () => server.close();
    const { calls } = await grpcFacade(server.upstream, {}, sides);
    expect(await failureOf(calls.ask(message))).toMatchObject({ code: status.UNAVAILABLE });
  });

  test('RESOURCE_EXHAUSTED when its metadata are too much, INTERNAL when its path has two readings', async () => {
    const { facade } = await grpcFacade(await toNobody(), {}, sides);
    const grpc = { 'content-type': 'application/grpc+proto', te: 'trailers' };
    const large = await headOf(facade.tlsUrl, { ...grpc, 'x-a': 'a'.repeat(17_000) });
    expect(large).toMatchObject({ ':status': 200, 'grpc-status': '8' });
    expect(await headOf(facade.tlsUrl, { ...grpc, ':path': '/a%2fb' })).toMatchObject({ 'grpc-status': '13' });
  });
});

/** The head of an answer that is nothing else. */
async function headOf(tlsUrl = '', fields: IncomingHttpHeaders): Promise<IncomingHttpHeaders> {
  const client = connect(tlsUrl, { rejectUnauthorized: false });
  sides.onClose(() => client.destroy());
  client.on('error', () => undefined);
  const stream = client.request({ ':method': 'POST', ':path': pathOf('ask'), ...fields }).end();
  const [head, flags] = (await once(stream, 'response')) as [IncomingHttpHeaders, number];
  expect(flags & constants.NGHTTP2_FLAG_END_STREAM).toBe(constants.NGHTTP2_FLAG_END_STREAM);
  return head;
}

test('the answer is one frame of trailers, without a document', async () => {
  const { facade } = await grpcFacade(await toNobody(), {}, sides);
  const head = await headOf(facade.tlsUrl, { 'content-type': 'application/grpc' });
  expect(head).toMatchObject({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '14' });
  expect(head['content-length']).toBeUndefined();
});

test.each([
  ['application/grpc', true],
  ['application/grpc+json', true],
  ['application/grpc;charset=utf-8', true],
  ['application/grpc-web+proto', false],
  ['application/json', false],
  [undefined, false],
])('%s is gRPC: %s', (contentType, is) => {
  expect(isGrpc(contentType)).toBe(is);
});

test.each([
  [404, 12],
  [401, 16],
  [403, 7],
  [429, 14],
  [413, 8],
  [418, 2],
])('%s is told as %s', (httpStatus, code) => {
  expect(grpcStatusOf(httpStatus)).toBe(code);
});

test('a message is percent-encoded by its bytes', () => {
  const detail = 'café: 100 %\n';
  expect(grpcHead({ type: '', title: '', status: 502, detail })).toContain('caf%C3%A9: 100 %25%0A');
});
