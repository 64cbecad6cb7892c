import type { RouteRule } from '../language/rules-document.ts';
import { compileDestination, type Compiled } from './compile-parts.ts';
import type { Mirror } from './route.ts';

/** The candidate gets the timeouts and the transformation that the route has there. */
export function compileMirror(rule: RouteRule, compiled: Compiled): Mirror | undefined {
  if (rule.mirror === undefined) return undefined;
  const { percent = 100, bodyBytes = 0, writes = false, upstream } = rule.mirror === true ? {} : rule.mirror;
  const destination = upstream === undefined ? undefined : compileDestination(upstream, compiled, rule);
  return { percent, bodyBytes, writes, destination };
}
