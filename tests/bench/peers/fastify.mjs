// @fastify/http-proxy in its default and faster mode, which is undici; without logging.
import proxy from '@fastify/http-proxy';
import Fastify from 'fastify';

const [port, upstream, mode] = process.argv.slice(2);
const app = Fastify({ logger: false, bodyLimit: 1 << 30 });
const client =
  mode === 'http' ? { http: { agentOptions: { keepAlive: true, maxSockets: 512 } } } : { undici: { connections: 512 } };
await app.register(proxy, { upstream, websocket: true, ...client });
await app.listen({ port, host: '127.0.0.1' });
