import { canonicalisePath, restorePath, type Transform } from '@banyan/routing-rules';

export interface LocationContext {
  readonly transform: Pick<Transform, 'path' | 'waysBack'>;
  /** Scheme, host and port of the side's instances, which are of one scheme. */
  readonly sideOrigins: readonly string[];
  /** Path that the side was asked for; canonical. */
  readonly sidePath: string;
  /** Path that the client asked for; canonical. */
  readonly askedPath: string;
  readonly publicScheme: string;
  /** With its port; undefined for an HTTP/1.0 client that named none. */
  readonly publicHost: string | undefined;
}

// RFC 3986 appendix B: scheme, authority, path, and the rest from the query on.
const reference = /^(?:([a-z][a-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/** What the client is told instead of an address of the side; addresses of others stay as they are. */
export function publicLocation(value: string, context: LocationContext): string {
  const { scheme, authority, path, rest } = partsOf(value);
  if (authority === undefined) {
    const local = scheme === undefined && path !== '' ? localPath(path, context) : undefined;
    return local === undefined ? value : local + rest;
  }
  if (!isOfSide(scheme, authority, context)) return value;
  const sidePath = path === '' ? '/' : path;
  return addressOf(scheme, context) + (restore(sidePath, context) ?? sidePath) + rest;
}

function partsOf(value: string) {
  const [, scheme, authority, path = '', rest = ''] = reference.exec(value.trim()) ?? [];
  return { scheme, authority, path, rest };
}

function localPath(path: string, context: LocationContext): string | undefined {
  return path.startsWith('/') ? restore(path, context) : resolveAndRestore(path, context);
}

function addressOf(scheme: string | undefined, { publicScheme, publicHost }: LocationContext): string {
  if (publicHost === undefined) return '';
  return scheme === undefined ? `//${publicHost}` : `${publicScheme}://${publicHost}`;
}

/**
 * Whether the side means itself: by its own address, or by the host that the client named, which it is told in `Host`;
 * it knows nothing of TLS that ends before it, so the scheme may be its own or the public one.
 */
function isOfSide(
  scheme: string | undefined,
  authority: string,
  { sideOrigins, publicScheme, publicHost }: LocationContext,
): boolean {
  const sideScheme = sideOrigins[0]?.split(':', 1)[0] ?? 'http';
  const meant = originOf(`${scheme ?? sideScheme}://${authority}`);
  if (meant === undefined) return false;
  if (sideOrigins.some((origin) => meant === originOf(origin))) return true;
  if (publicHost === undefined) return false;
  return meant === originOf(`${sideScheme}://${publicHost}`) || meant === originOf(`${publicScheme}://${publicHost}`);
}

function originOf(address: string): string | undefined {
  if (address.includes('@') || !URL.canParse(address)) return undefined;
  const { origin } = new URL(address);
  return origin === 'null' ? undefined : origin;
}

/** The public path for a path of the side; undefined where no route fits. */
function restore(path: string, { transform, askedPath }: LocationContext): string | undefined {
  const canonical = canonicalisePath(path);
  if (canonical.kind === 'ambiguous') return undefined;
  const own = transform.path && restorePath(transform.path, canonical.path, askedPath);
  if (own !== undefined) return own;
  for (const way of transform.waysBack) {
    const restored = restorePath(way, canonical.path);
    if (restored !== undefined) return restored;
  }
  return undefined;
}

/** A relative path means the side's own path; where that is not the public one, the client would resolve it elsewhere. */
function resolveAndRestore(path: string, context: LocationContext): string | undefined {
  if (context.sidePath === context.askedPath) return undefined;
  const folder = context.sidePath.slice(0, context.sidePath.lastIndexOf('/') + 1);
  const canonical = canonicalisePath(folder + path);
  if (canonical.kind === 'ambiguous') return undefined;
  return restore(canonical.path, context) ?? canonical.path;
}
