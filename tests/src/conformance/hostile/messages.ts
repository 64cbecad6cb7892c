import { text } from 'node:stream/consumers';
import { answering } from '@banyan/platform/testing';
import { verdictOf, type HostileCase } from './hostile-case.ts';
import { get, happens, okBytes, staged, statusOn } from './stage.ts';

/** One message must be one message on both sides of a proxy. */
export const smuggling: HostileCase = {
  number: 1,
  name: 'a chunked DELETE does not smuggle a second request',
  run: staged(async (stage) => {
    const seen: string[] = [];
    const upstream = await stage.node((request, response) => {
      seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
      void text(request).then(() => response.end('ok'));
    });
    const inner = get('/admin/smuggled');
    const chunk = `${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\n`;
    const proxy = await stage.proxy({ upstream });
    const client = await stage.client(
      proxy,
      `DELETE /a HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    );
    const status = await statusOn(client);
    await stage.client(proxy, get('/after')).then((after) => statusOn(after));
    return verdictOf(
      status === undefined && 'no answer',
      seen.some((line) => line.includes('smuggled')) && `the upstream saw ${seen.join(', ')}`,
    );
  }),
};

const hopByHopRequest = [
  'Connection: close, X-User',
  'TE: gzip',
  'Proxy-Authorization: Basic secret',
  'X-User: named',
  'X-Forwarded-Host: evil.example',
  'Forwarded: for=6.6.6.6',
];
const hopByHopAnswer = [
  'HTTP/1.1 200 OK',
  'Keep-Alive: timeout=9',
  'Proxy-Authenticate: Basic',
  'Connection: X-Secret',
  'X-Secret: named',
  'Content-Length: 2',
];

async function headersCrossing(
  stage: Parameters<Parameters<typeof staged>[0]>[0],
): Promise<readonly (string | false)[]> {
  const upstream = await stage.raw(answering(`${hopByHopAnswer.join('\r\n')}\r\n\r\nok`));
  const client = await stage.client(
    await stage.proxy({ upstream: upstream.origin }),
    get('/', `${hopByHopRequest.join('\r\n')}\r\n`),
  );
  const status = await statusOn(client);
  const sent = upstream.received().toLowerCase();
  const answered = client.received().toLowerCase();
  const leaked = (text: string, where: string, marks: readonly string[]): readonly (string | false)[] =>
    marks.map((mark) => text.includes(mark) && `"${mark}" reached the ${where}`);
  return [
    status !== 200 && `the answer was ${String(status)}`,
    ...leaked(sent, 'upstream', ['te: gzip', 'basic secret', 'x-user: named', 'evil.example', 'for=6.6.6.6']),
    ...leaked(answered, 'client', ['timeout=9', 'proxy-authenticate', 'x-secret: named']),
  ];
}

/** What the upstream may see for a path; everything else must be refused. */
const paths: readonly (readonly [path: string, seen: readonly string[]])[] = [
  ['//a', ['/a', '//a']],
  ['/a/../b', ['/b']],
  ['/a/%2e%2e/b', ['/b']],
  ['/a%2f..%2fb', []],
  ['/a\\b', []],
];

async function pathsCrossing(stage: Parameters<Parameters<typeof staged>[0]>[0]): Promise<readonly (string | false)[]> {
  const seen: string[] = [];
  const upstream = await stage.node((request, response) => {
    seen.push(request.url ?? '');
    response.end();
  });
  const proxy = await stage.proxy({ upstream });
  const failures: (string | false)[] = [];
  for (const [path, allowed] of paths) {
    seen.length = 0;
    const client = await stage.client(proxy, get(path, 'Connection: close\r\n'));
    const status = await statusOn(client);
    const wrong = seen.find((target) => !allowed.includes(target));
    failures.push(wrong !== undefined && `${path} reached the upstream as ${wrong}`);
    failures.push(status === undefined && `${path} was not answered`);
  }
  return failures;
}

export const headersAndPaths: HostileCase = {
  number: 4,
  name: 'hop-by-hop headers and forged addresses stop at the proxy, and a path has one spelling or is refused',
  run: staged(async (stage) => verdictOf(...(await headersCrossing(stage)), ...(await pathsCrossing(stage)))),
};

export const trailers: HostileCase = {
  number: 6,
  name: 'trailers of an answer reach the client',
  run: staged(async (stage) => {
    const head = 'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n';
    const upstream = await stage.raw(answering(`${head}2\r\nok\r\n0\r\nX-Sum: 42\r\n\r\n`));
    const client = await stage.client(await stage.proxy({ upstream: upstream.origin }), get('/', 'TE: trailers\r\n'));
    const isDone = await happens(() => /\r\n0\r\n(?:[^\r]+\r\n)*\r\n$/.test(client.received()));
    return verdictOf(
      !isDone && 'the answer did not end',
      isDone && !/\r\n0\r\nx-sum: 42\r\n/i.test(client.received()) && 'the trailer was lost',
    );
  }),
};

export const illegalAnswer: HostileCase = {
  number: 7,
  name: 'an illegal header in an answer is a 502, and the next request is served',
  run: staged(async (stage) => {
    const upstream = await stage.raw((socket, soFar) => {
      if (!soFar.endsWith('\r\n\r\n')) return;
      if (soFar.includes('/bad')) socket.end('HTTP/1.1 200 OK\r\nX-Bad: a\0b\r\nContent-Length: 2\r\n\r\nok', 'latin1');
      else socket.write(okBytes);
    });
    const proxy = await stage.proxy({ upstream: upstream.origin });
    const status = await statusOn(await stage.client(proxy, get('/bad')));
    const next = await statusOn(await stage.client(proxy, get('/good')));
    return verdictOf(
      status !== 502 && `the client saw ${String(status)}`,
      next !== 200 && `the next request saw ${String(next)}`,
    );
  }),
};
