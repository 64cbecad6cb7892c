import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { grpcFacade, startGrpcServer, type GrpcHandlers } from '../testing/grpc.ts';
import { createSides } from '../testing/sides.ts';
import { stillness } from '../testing/stillness.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const bytes = (text: string): Buffer => Buffer.from(text);

describe.each([
  ['without TLS', false],
  ['over TLS', true],
])('much of gRPC to a side %s', (_how, isTls) => {
  async function reach(handlers: GrpcHandlers, options = {}) {
    const { upstream } = await startGrpcServer(handlers, { isTls, options }, sides);
    return grpcFacade(upstream, {}, sides);
  }

  test('large messages arrive whole', async () => {
    const { calls } = await reach({ ask: (call, answer) => answer(null, call.request) });
    const large = Buffer.alloc(16 << 20, 'abcdefg');
    expect((await calls.ask(large)).equals(large)).toBe(true);
  });

  test('a client that reads slowly holds its server back', async () => {
    const piece = Buffer.alloc(65_536, 'x');
    const pieceCount = 1_024;
    let writtenCount = 0;
    const { calls } = await reach({
      download: (call) => {
        const writeOn = (): void => {
          let isTaken = true;
          while (isTaken && writtenCount < pieceCount) {
            isTaken = call.write(piece);
            writtenCount += 1;
          }
          if (isTaken) call.end();
          else call.once('drain', writeOn);
        };
        writeOn();
      },
    });
    const call = calls.download(bytes(''));
    let readCount = 0;
    // Before its first message is read, grpc-js takes all there are; then it keeps to what is asked for.
    readCount += ((await once(call, 'data')) as [Buffer])[0].length;
    call.pause();
    await stillness(() => writtenCount);
    // What the windows of both connections and a few buffers take; without them all 64 MiB would be here.
    expect(writtenCount).toBeLessThan(pieceCount / 4);
    call.on('data', (message: Buffer) => (readCount += message.length)).resume();
    await once(call, 'end');
    expect(readCount).toBe(piece.length * pieceCount);
  });

  test('a server that reads slowly holds its client back', async () => {
    const piece = Buffer.alloc(65_536, 'x');
    const held: { resume(): unknown }[] = [];
    const { calls } = await reach({
      upload: (call, answer) => {
        let byteCount = 0;
        held.push(call.pause());
        call.on('data', (message: Buffer) => (byteCount += message.length)).pause();
        call.on('end', () => answer(null, bytes(`${byteCount}`)));
      },
    });
    let sentCount = 0;
    const answered = new Promise<string>((resolve, reject) => {
      const call = calls.upload((err, answer) => (err ? reject(err) : resolve(String(answer))));
      const writeOn = (): void => {
        if (sentCount === 1_024) call.end();
        else call.write(piece, onTaken);
      };
      const onTaken = (): void => {
        sentCount += 1;
        writeOn();
      };
      writeOn();
    });
    await eventually(() => expect(held).toHaveLength(1));
    await stillness(() => sentCount);
    expect(sentCount).toBeLessThan(256);
    held[0]?.resume();
    expect(await answered).toBe(`${64 << 20}`);
  });

  test('many calls at once share few streams of the side', async () => {
    let openCount = 0;
    let mostCount = 0;
    const { calls, facade } = await reach(
      {
        ask: (call, answer) => {
          openCount += 1;
          mostCount = Math.max(mostCount, openCount);
          setImmediate(() => {
            openCount -= 1;
            answer(null, call.request);
          });
        },
      },
      { 'grpc.max_concurrent_streams': 5 },
    );
    const asked = Array.from({ length: 500 }, (_, index) => bytes(`${index}`));
    expect(await Promise.all(asked.map((message) => calls.ask(message)))).toEqual(asked);
    expect(mostCount).toBeGreaterThan(1);
    expect(facade.servedLines().filter(({ outcome }) => outcome !== 'completed')).toEqual([]);
  });

  test('many talks that stay open do not wait for each other', async () => {
    const { calls } = await reach({
      talk: (call) => {
        call.on('data', (message: Buffer) => call.write(message));
        call.on('end', () => call.end());
      },
    });
    const talks = Array.from({ length: 90 }, () => calls.talk());
    const firsts = talks.map((call) => once(call, 'data') as Promise<[Buffer]>);
    // From the last to the first: none of them is answered because another one ended.
    [...talks].reverse().forEach((call, index) => call.write(bytes(`${89 - index}`)));
    expect((await Promise.all(firsts)).map(([message]) => String(message))).toEqual(
      talks.map((_, index) => `${index}`),
    );
    await Promise.all(
      talks.map((call) => {
        call.end();
        return once(call.resume(), 'end');
      }),
    );
  });
});
