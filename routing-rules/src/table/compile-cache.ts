import type { RouteRule } from '../language/rules-document.ts';
import type { CacheLimits } from './route.ts';

const usual: CacheLimits = { maxBytes: undefined, maxEntryBytes: 1_048_576, maxSeconds: 3_600 };

export function compileCache(rule: RouteRule['cache']): CacheLimits | undefined {
  if (rule === undefined) return undefined;
  if (rule === true) return usual;
  const { maxBytes = usual.maxBytes, maxEntryBytes = usual.maxEntryBytes, maxSeconds = usual.maxSeconds } = rule;
  return { maxBytes, maxEntryBytes, maxSeconds };
}
