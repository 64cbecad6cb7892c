import type { RouteRule } from './rules-document.ts';

export type Access = 'read' | 'write';

/** RFC 9110 9.2.1, without TRACE, which the facade does not forward. */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

interface AccessRule {
  readonly access?: RouteRule['access'];
  readonly methods?: readonly (string | undefined)[] | undefined;
}

/** What the route says, or else what its methods say: all safe is a read, none safe is a write. */
export function accessOf({ access, methods = [] }: AccessRule): Access | 'unclear' {
  if (access !== undefined) return access;
  const named = methods.filter((method) => method !== undefined);
  const safeCount = named.filter((method) => safeMethods.has(method)).length;
  if (named.includes('ANY') || (safeCount > 0 && safeCount < named.length)) return 'unclear';
  return safeCount > 0 ? 'read' : 'write';
}
