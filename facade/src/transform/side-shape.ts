import type { IncomingHttpHeaders } from 'node:http';
import { rewritePath, type Destination, type Transform } from '@banyan/routing-rules';
import type { ExchangeWay } from '../forward/exchanges.ts';
import { changeHeaders } from './change-headers.ts';
import { publicCookie } from './public-cookie.ts';
import { publicLocation, type LocationContext } from './public-location.ts';

/** One request in the shape of its side, and the way back for the answer. */
export type SideShape = Pick<ExchangeWay, 'target' | 'transformRequest' | 'transformAnswer'>;

/** What the client asked, as far as the shape depends on it. */
export interface AskedAs {
  /** Canonical path, and the query as it came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly scheme: 'http' | 'https';
  /** A proxy of ours: what it says about the client's address is believed. */
  readonly isPeerTrusted: boolean;
}

type ShapedDestination = Pick<Destination, 'transform'> & {
  readonly upstream: Pick<Destination['upstream'], 'url' | 'urls'>;
};

/** @returns undefined where the request goes as it is, which costs nothing */
export function sideShapeFor({ transform, upstream }: ShapedDestination, asked: AskedAs): SideShape | undefined {
  if (!transform) return undefined;
  const { target, sidePath, askedPath } = targetFor(transform, asked.target);
  const { request: changes } = transform;
  return {
    target,
    transformRequest: changes && ((flat) => changeHeaders(flat, changes)),
    transformAnswer(_status, flat) {
      const [publicScheme, publicHost] = publicAddressOf(asked);
      const context = { transform, sideOrigins: upstream.urls, sidePath, askedPath, publicScheme, publicHost };
      const readdressed = readdress(flat, transform, context);
      return transform.answer ? changeHeaders(readdressed, transform.answer) : readdressed;
    },
  };
}

function targetFor({ path }: Transform, target: string) {
  const queryAt = target.indexOf('?');
  const askedPath = queryAt < 0 ? target : target.slice(0, queryAt);
  const sidePath = path ? rewritePath(path, askedPath) : askedPath;
  return { askedPath, sidePath, target: queryAt < 0 ? sidePath : sidePath + target.slice(queryAt) };
}

function readdress(flat: readonly string[], transform: Transform, context: LocationContext): string[] {
  return flat.map((text, index) => {
    if (index % 2 === 0) return text;
    switch (flat[index - 1]?.toLowerCase()) {
      case 'location':
      case 'content-location':
        return transform.rewritesLocation ? publicLocation(text, context) : text;
      case 'set-cookie':
        return publicCookie(text, transform);
      default:
        return text;
    }
  });
}

const hostForm = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::\d{1,5})?$/i;

function publicAddressOf({ headers, scheme, isPeerTrusted }: AskedAs): readonly [scheme: string, host?: string] {
  const said = (name: string): string | undefined =>
    isPeerTrusted ? headers[name]?.toString().split(',', 1)[0]?.trim() : undefined;
  const proto = said('x-forwarded-proto');
  const host = said('x-forwarded-host') ?? headers.host;
  const publicScheme = proto === 'https' || proto === 'http' ? proto : scheme;
  return host !== undefined && hostForm.test(host) ? [publicScheme, host] : [publicScheme];
}
