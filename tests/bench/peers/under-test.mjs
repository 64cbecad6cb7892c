// One peer for one hostile case, with its default options besides what the case asks for.
import { Agent, createServer } from 'node:http';

const [name, portText, wishText] = process.argv.slice(2);
const port = Number(portText);
const { upstream, mirror, keepsConnections, answerTimeoutMs } = JSON.parse(wishText);

/** http-proxy and those that came from it share their options. */
const options = {
  target: upstream,
  xfwd: true,
  ...(keepsConnections && { agent: new Agent({ keepAlive: true }) }),
  ...(mirror !== undefined && { forward: mirror }),
  ...(answerTimeoutMs !== undefined && { proxyTimeout: answerTimeoutMs }),
};

/** As well as a careful user could write it: an answer that is under way can only be broken off. */
function answerError(_error, _request, answer) {
  if (answer === undefined) return;
  if ('headersSent' in answer && !answer.headersSent) answer.writeHead(502).end();
  else answer.destroy();
}

function serve(proxy, upgrade) {
  proxy.on('error', answerError);
  createServer((request, response) => void proxy.web(request, response))
    .on('upgrade', (request, socket, head) => {
      socket.on('error', () => undefined);
      upgrade(request, socket, head);
    })
    .listen(port, '127.0.0.1');
}

async function startFastify(isHttp) {
  const { default: Fastify } = await import('fastify');
  const { default: proxy } = await import('@fastify/http-proxy');
  const timeouts = answerTimeoutMs === undefined ? {} : { requestOptions: { timeout: answerTimeoutMs } };
  const limits = answerTimeoutMs === undefined ? {} : { headersTimeout: answerTimeoutMs };
  const client = isHttp ? { http: timeouts } : { undici: limits };
  const app = Fastify({ logger: false, bodyLimit: 1 << 30 });
  await app.register(proxy, { upstream, websocket: true, ...client });
  await app.listen({ port, host: '127.0.0.1' });
}

const starters = {
  'http-proxy': async () => {
    const { default: library } = await import('http-proxy');
    const proxy = library.createProxyServer(options);
    serve(proxy, (request, socket, head) => proxy.ws(request, socket, head));
  },
  'http-proxy-3': async () => {
    const { createProxyServer } = await import('http-proxy-3');
    const proxy = createProxyServer(options);
    serve(proxy, (request, socket, head) => proxy.ws(request, socket, head));
  },
  httpxy: async () => {
    const { createProxyServer } = await import('httpxy');
    const proxy = createProxyServer(options);
    serve(proxy, (request, socket, head) => void proxy.ws(request, socket, {}, head));
  },
  'fastify-http': () => startFastify(true),
  'fastify-undici': () => startFastify(false),
};

// A peer that gives up on one request must not take the case with it: what the client saw is what counts.
process.on('unhandledRejection', () => undefined);
await starters[name]();
