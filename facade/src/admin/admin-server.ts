import type { RequestListener } from 'node:http';
import { createHttpApp, type HttpAppParts, type Secret } from '@banyan/platform';
import { isAuthorised } from './admin-auth.ts';

/** What an orchestrator's probe asks without a token; it says nothing about traffic or users. */
const openPaths: ReadonlySet<string> = new Set(['/health', '/ready']);

/** Everything else on the admin port, metrics included, needs the token: here, so that no route can be added without it. */
export function createAdminListener(parts: HttpAppParts, token: Secret): RequestListener {
  const app = createHttpApp(parts);
  return (request, response) => {
    const path = request.url?.split('?', 1)[0] ?? '';
    if (openPaths.has(path) || isAuthorised(request.headers.authorization, token)) {
      app(request, response);
      return;
    }
    const document = {
      type: '/problems/unauthorised',
      title: 'Unauthorised',
      status: 401,
      detail: 'Send the admin token as a bearer token.',
    };
    const headers = { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' };
    response.writeHead(401, headers).end(JSON.stringify(document));
  };
}
