// http-proxy-middleware on Express, as its README says, with a keep-alive agent and without logging.
import { Agent } from 'node:http';
import express from 'express';
import { createProxyMiddleware } from 'http-proxy-middleware';

const [port, target, forwarded] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 512 });
const app = express();
app.disable('x-powered-by');
app.use(createProxyMiddleware({ target, agent, xfwd: forwarded === 'forwarded', ws: true }));
app.listen(port, '127.0.0.1');
