import type { facadeSpec } from '../config.ts';

/** Something that grows with what clients or sides do, and what ends its growth. */
export interface Bound {
  readonly what: string;
  /** Names in the configuration, or a number that nobody has needed to change. */
  readonly by: readonly (keyof typeof facadeSpec)[] | string;
  readonly above: string;
}

/** Everything in the facade that could grow, in the order in which a request meets it. */
export const bounds: readonly Bound[] = [
  { what: 'client connections', by: ['connectionsLimit'], above: 'closed' },
  {
    what: 'client connections of one address, or of one IPv6 /64',
    by: ['connectionsPerAddress'],
    above: 'closed, and counted in `facade_connections_refused_total`',
  },
  { what: 'time for a TLS handshake', by: ['tlsHandshakeMs'], above: 'closed' },
  { what: 'time for the head of a request', by: ['headTimeoutMs'], above: '408, then closed' },
  { what: 'time between two requests on a connection', by: '65 s', above: 'closed' },
  { what: 'head of a request or an answer', by: ['headerBytesLimit'], above: '431; of a side 502' },
  { what: 'request target', by: ['targetLengthLimit'], above: '414' },
  { what: 'pipelined requests that wait on one HTTP/1.1 connection', by: '100', above: 'the connection is closed' },
  { what: 'bytes that wait there for their turn', by: '32 KiB', above: 'the client is not read' },
  {
    what: 'what one read of a connection brings',
    by: '64 KiB; 256 KiB in 64 blocks for all',
    above: 'read in more steps',
  },
  { what: 'extensions of the chunks of a body', by: '16 KiB', above: '413' },
  { what: 'trailers of a request', by: ['headerBytesLimit'], above: '431' },
  { what: 'a client that still sends behind its last answer', by: '2 s', above: 'closed' },
  { what: 'streams on one HTTP/2 connection', by: '100', above: 'the stream is refused' },
  {
    what: 'an HTTP/2 connection with open requests that does not answer a PING',
    by: 'asked every 60 s',
    above: 'closed when it would be asked again',
  },
  { what: 'an HTTP/2 connection that has ended, and that its client does not close', by: '10 s', above: 'closed' },
  {
    what: 'bytes that a client may send ahead over HTTP/2',
    by: '256 KiB a stream, 1 MiB a connection',
    above: 'held back by flow control',
  },
  { what: 'streams opened and reset on one connection', by: '250 at once, 20 a second', above: 'GOAWAY' },
  { what: 'verified tokens that are remembered', by: ['tokenCacheCount'], above: 'verified anew' },
  { what: 'callers whose requests are counted', by: ['limitedCallersLimit'], above: 'the most silent starts anew' },
  { what: 'requests of one caller', by: 'rule: `limits.requests`', above: '429' },
  { what: 'body of a request', by: 'rule: `limits.bodyBytes`', above: '413' },
  {
    what: 'least rate of the body of a request',
    by: ['bodyBytesPerSecond', 'bodyRateMs'],
    above: '408 (`client-stalled.headers`)',
  },
  {
    what: 'time between two pieces of a body',
    by: 'rule: `timeouts.bodyIdleMs`',
    above: '408, or the answer is broken off',
  },
  { what: 'body that is on its way to a side', by: '80 KiB in memory, and one read', above: 'the client is not read' },
  { what: 'answer that is on its way to a client', by: 'what its connection takes', above: 'the side is not read' },
  { what: 'rest of a body that nobody wants', by: '10 s', above: 'closed' },
  { what: 'connections to one instance of an upstream', by: ['upstreamConnectionsLimit'], above: 'requests wait' },
  {
    what: 'requests that wait for one of them',
    by: ['upstreamWaitingLimit'],
    above: '503 (`overloaded`); each waits for at most `timeouts.connectMs`',
  },
  { what: 'requests that are sent again', by: '20 % of all', above: 'the failure is answered' },
  { what: 'WebSockets', by: ['upgradesLimit'], above: '503' },
  { what: 'WebSockets and streams that a roll-back follows', by: ['longLivedLimit'], above: 'they end by themselves' },
  { what: 'memory for kept answers', by: ['cacheBytes'], above: 'the oldest is forgotten' },
  { what: 'copies for a candidate under way to one upstream', by: ['mirrorsLimit'], above: 'not copied (`too-many`)' },
  { what: 'body of a copy', by: 'rule: `mirror.bodyBytes`', above: 'not copied (`body-too-large`)' },
  { what: 'memory for the bodies of copies', by: ['mirrorBytes'], above: 'not copied (`no-memory`)' },
  { what: 'time for a copy, and its answer', by: '60 s, 8 MiB', above: 'the candidate is left' },
  { what: 'parts of an aggregate, and their size', by: '8; rule: `maxBytes`', above: 'refused; `too-large`' },
  { what: 'audit file', by: ['auditBytesLimit'], above: 'moved to `<file>.1`' },
];
