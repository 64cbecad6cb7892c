import { createRequire } from 'node:module';
import type httpProxy from 'http-proxy';

/**
 * http-proxy 1.18.1 copies objects with `util._extend`, for which Node 22 and later print a deprecation warning.
 * It keeps the function it finds when it is loaded: what has replaced it since Node 6.
 */
export function loadHttpProxy(): typeof httpProxy {
  const require = createRequire(import.meta.url);
  Object.assign(require('node:util') as object, { _extend: Object.assign });
  return require('http-proxy') as typeof httpProxy;
}
