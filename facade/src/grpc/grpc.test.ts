import { once } from 'node:events';
import { constants } from 'node:http2';
import { Metadata, status, type Deadline, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { grpcFacade, startGrpcServer, type GrpcHandlers } from '../testing/grpc.ts';
import { h2Side } from '../testing/h2-side.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const bytes = (text: string): Buffer => Buffer.from(text);
const failureOf = async (call: Promise<unknown>): Promise<ServiceError> => {
  const result = await call.catch((err: unknown) => err);
  expect(result).toBeInstanceOf(Error);
  return result as ServiceError;
};

describe.each([
  ['without TLS', false],
  ['over TLS', true],
])('gRPC to a side %s', (_how, isTls) => {
  async function reach(handlers: GrpcHandlers) {
    const { upstream } = await startGrpcServer(handlers, { isTls }, sides);
    return grpcFacade(upstream, {}, sides);
  }

  test('a unary call is answered, with metadata of both kinds both ways', async () => {
    const { calls, facade } = await reach({
      ask: (call, answer) => {
        const head = new Metadata();
        head.set('x-seen', call.metadata.get('x-asked').join());
        head.set('raw-bin', call.metadata.get('raw-bin')[0] ?? '');
        call.sendMetadata(head);
        const tail = new Metadata();
        tail.set('sum-bin', Buffer.from([0, 255, 10]));
        answer(null, Buffer.concat([bytes('got '), call.request]), tail);
      },
    });
    const metadata = new Metadata();
    metadata.add('x-asked', '1');
    metadata.add('x-asked', '2');
    metadata.set('raw-bin', Buffer.from([1, 0, 254]));
    expect((await calls.ask(bytes('hi'), {}, metadata)).toString()).toBe('got hi');
    await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ outcome: 'completed', status: 200 }));
  });

  test('a stream of answers ends with its trailers', async () => {
    const { calls } = await reach({
      download: (call) => {
        for (let index = 0; index < 1_000; index += 1) call.write(bytes(`${index}`));
        const tail = new Metadata();
        tail.set('count', '1000');
        call.end(tail);
      },
    });
    const call = calls.download(bytes('all'));
    const [messages, [ended]] = await Promise.all([
      call.toArray() as Promise<Buffer[]>,
      once(call, 'status') as Promise<[StatusObject]>,
    ]);
    expect(messages.map(String)).toEqual(Array.from({ length: 1_000 }, (_, index) => `${index}`));
    expect([ended.code, ended.metadata.get('count')]).toEqual([status.OK, ['1000']]);
  });

  test('a stream of requests has one answer', async () => {
    const { calls } = await reach({
      upload: (call, answer) => {
        let sum = 0;
        call.on('data', (message: Buffer) => (sum += Number(message)));
        call.on('end', () => answer(null, bytes(`${sum}`)));
      },
    });
    const answered = new Promise<string>((resolve, reject) => {
      const call = calls.upload((err, answer) => (err ? reject(err) : resolve(String(answer))));
      for (let index = 1; index <= 100; index += 1) call.write(bytes(`${index}`));
      call.end();
    });
    expect(await answered).toBe('5050');
  });

  test('in a talk each message crosses by itself, while both directions are open', async () => {
    const { calls } = await reach({
      talk: (call) => {
        call.on('data', (message: Buffer) => call.write(bytes(`${String(message)}!`)));
        call.on('end', () => call.end());
      },
    });
    const call = calls.talk();
    for (let index = 0; index < 20; index += 1) {
      call.write(bytes(`${index}`));
      // The next one is not sent before this one is answered: whoever waits for more of either waits for ever.
      const [answer] = (await once(call, 'data')) as [Buffer];
      expect(String(answer)).toBe(`${index}!`);
    }
    const ended = once(call, 'status') as Promise<[StatusObject]>;
    call.end();
    expect((await ended)[0].code).toBe(status.OK);
  });

  test('the server may speak first, and before it has a message', async () => {
    const { calls } = await reach({
      talk: (call) => {
        call.write(bytes('welcome'));
        call.on('data', () => call.end());
      },
    });
    const call = calls.talk();
    expect(String(((await once(call, 'data')) as [Buffer])[0])).toBe('welcome');
    call.write(bytes('bye'));
    call.resume();
    await once(call, 'end');
  });

  test('an error keeps its code, its message in any letters, and its details in bytes', async () => {
    const details = new Metadata();
    details.set('grpc-status-details-bin', Buffer.from([8, 5, 0, 255]));
    const { calls } = await reach({
      ask: (_call, answer) =>
        answer({ code: status.NOT_FOUND, details: 'kein Fahrer: Jürgen 100 %', metadata: details }),
    });
    const failure = await failureOf(calls.ask(bytes('hi')));
    expect([failure.code, failure.details]).toEqual([status.NOT_FOUND, 'kein Fahrer: Jürgen 100 %']);
    expect(failure.metadata.get('grpc-status-details-bin')).toEqual([Buffer.from([8, 5, 0, 255])]);
  });

  test('an error after messages comes behind them', async () => {
    const { calls } = await reach({
      download: (call) => {
        call.write(bytes('one'));
        call.emit('error', { code: status.DATA_LOSS, details: 'lost' });
      },
    });
    const call = calls.download(bytes(''));
    const seen: string[] = [];
    call.on('data', (message: Buffer) => seen.push(String(message)));
    const [failure] = (await once(call, 'error')) as [ServiceError];
    expect([seen, failure.code, failure.details]).toEqual([['one'], status.DATA_LOSS, 'lost']);
  });

  test('an answer of trailers alone stays one', async () => {
    const { calls } = await reach({});
    const call = calls.download(bytes(''));
    let hasHead = false;
    call.on('metadata', () => (hasHead = true)).resume();
    const [failure] = (await once(call, 'error')) as [ServiceError];
    expect([failure.code, hasHead]).toEqual([status.UNIMPLEMENTED, false]);
  });

  test('a deadline reaches the server, and ends its handler', async () => {
    const deadlines: Deadline[] = [];
    let cancelledCount = 0;
    const { calls } = await reach({
      ask: (call) => {
        deadlines.push(call.getDeadline());
        call.on('cancelled', () => (cancelledCount += 1));
      },
    });
    const failure = await failureOf(calls.ask(bytes(''), { deadline: Date.now() + 300 }));
    expect(failure.code).toBe(status.DEADLINE_EXCEEDED);
    await eventually(() => expect(cancelledCount).toBe(1));
    expect(deadlines).toEqual([expect.any(Number)]);
    expect(deadlines).not.toEqual([Infinity]);
  });

  test.each(['before', 'behind'] as const)('a call that its client cancels %s the first answer ends', async (when) => {
    let cancelledCount = 0;
    let openCount = 0;
    const { calls, facade } = await reach({
      talk: (call) => {
        openCount += 1;
        call.on('cancelled', () => (cancelledCount += 1));
        if (when === 'behind') call.write(bytes('one'));
      },
    });
    const call = calls.talk();
    call.on('error', () => undefined);
    const hasAnswer = when === 'behind' ? once(call, 'data') : undefined;
    call.write(bytes('hello'));
    await eventually(() => expect(openCount).toBe(1));
    await hasAnswer;
    expect(cancelledCount).toBe(0);
    call.cancel();
    await eventually(() => expect(cancelledCount).toBe(1));
    const phase = when === 'behind' ? 'body' : 'headers';
    await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ outcome: `client-aborted.${phase}` }));
  });
});

test('a call whose deadline passes at its client is cancelled at a server that keeps no deadlines', async () => {
  const timeouts: unknown[] = [];
  const codes: (number | undefined)[] = [];
  const side = await h2Side(sides, (stream, head) => {
    timeouts.push(head['grpc-timeout']);
    stream.on('close', () => codes.push(stream.rstCode));
  });
  const { calls, facade } = await grpcFacade(`url: '${side.urls[0]}', protocol: h2`, {}, sides);
  const failure = await failureOf(calls.ask(bytes(''), { deadline: Date.now() + 500 }));
  expect(failure.code).toBe(status.DEADLINE_EXCEEDED);
  await eventually(() => expect(codes).toEqual([constants.NGHTTP2_CANCEL]));
  expect(timeouts).toEqual([expect.stringMatching(/^\d+[num]$/i)]);
  // The connection goes on.
  expect(side.sessions.map(({ destroyed }) => destroyed)).toEqual([false]);
  await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ outcome: 'client-aborted.headers' }));
});
