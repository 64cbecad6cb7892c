import { integer, optional, url, type Field } from '@banyan/platform';

/** `name=url,name=url|url`; several names may share an address. */
function upstreamUrls(key: string, about: string): Field<Readonly<Record<string, readonly string[]>>> {
  return {
    key,
    about,
    shape: 'name=URL, separated by commas; several URLs of one name by bars',
    example: 'legacy=http://127.0.0.1:3000,trips=http://127.0.0.1:3002|http://127.0.0.1:3003',
    fallback: {},
    parse(value) {
      const pairs = value.split(',').map((pair) => pair.trim().split(/=(.*)/s, 2));
      const bad = pairs.find(([name = '', urls = '']) => name === '' || !urls.split('|').every(isAddress));
      if (bad) return { kind: 'bad', why: `"${bad.join('=')}" is no name=http://host:port` };
      return { kind: 'ok', value: Object.fromEntries(pairs.map(([name = '', urls = '']) => [name, urls.split('|')])) };
    },
  };
}

function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

export const upstreamFields = {
  upstreams: upstreamUrls('FACADE_UPSTREAMS', 'addresses that take the place of those in the rules'),
  legacyUrl: optional(
    url('FACADE_LEGACY_URL', {
      about: 'short for FACADE_UPSTREAMS=legacy=<url>',
      protocols: ['http:', 'https:'],
    }),
  ),
  upstreamConnectionsLimit: integer('FACADE_UPSTREAM_CONNECTIONS', {
    about: 'connections to one instance of an upstream at a time',
    fallback: 512,
    min: 1,
  }),
  upstreamWaitingLimit: integer('FACADE_UPSTREAM_WAITING', {
    about: 'requests that wait for a connection to one instance; one more is answered with 503',
    fallback: 1_000,
  }),
};
