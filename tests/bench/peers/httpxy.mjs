// httpxy, which http-proxy-middleware 4 builds on; with a keep-alive agent.
import { Agent, createServer } from 'node:http';
import { createProxyServer } from 'httpxy';

const [port, target, forwarded] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const proxy = createProxyServer({ target, agent, xfwd: forwarded === 'forwarded' });
proxy.on('error', (_error, _request, response) => {
  if (response !== undefined && 'headersSent' in response && !response.headersSent) response.writeHead(502).end();
  else response?.destroy();
});
createServer((request, response) => void proxy.web(request, response).catch(() => undefined))
  .on('upgrade', (request, socket, head) => void proxy.ws(request, socket, {}, head).catch(() => undefined))
  .listen(port, '127.0.0.1');
