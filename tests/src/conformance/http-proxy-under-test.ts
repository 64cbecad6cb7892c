import { once } from 'node:events';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import httpProxy from 'http-proxy';
import type { StartProxy } from './hostile-cases.ts';

/** Bare http-proxy as its README shows it: the known sick patient, by which the cases themselves are tested. */
export const startHttpProxy: StartProxy = async ({ upstream, mirror, keepsConnections, answerTimeoutMs }) => {
  const agent = new Agent({ keepAlive: true });
  const proxy = httpProxy.createProxyServer({
    target: upstream,
    ...(keepsConnections && { agent }),
    xfwd: true,
    ...(mirror !== undefined && { forward: mirror }),
    ...(answerTimeoutMs !== undefined && { proxyTimeout: answerTimeoutMs }),
  });
  proxy.on('error', (_err, _request, answer) => {
    if ('writeHead' in answer && !answer.headersSent) answer.writeHead(502);
    answer.end();
  });
  const server = createServer((request, response) => proxy.web(request, response));
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    proxy.ws(request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hasMirror: true,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
