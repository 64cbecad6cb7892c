// Bare http-proxy at its best: with a keep-alive agent, which is not its default.
import { Agent, createServer } from 'node:http';
import httpProxy from 'http-proxy';

const [port, target, forwarded] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const proxy = httpProxy.createProxyServer({ target, agent, xfwd: forwarded === 'forwarded' });
proxy.on('error', (_error, _request, response) => {
  if (response !== undefined && 'headersSent' in response && !response.headersSent) response.writeHead(502).end();
  else response?.destroy();
});
createServer((request, response) => proxy.web(request, response))
  .on('upgrade', (request, socket, head) => proxy.ws(request, socket, head))
  .listen(port, '127.0.0.1');
