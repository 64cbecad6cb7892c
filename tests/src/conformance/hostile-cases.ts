import type { HostileCase } from './hostile/hostile-case.ts';
import { headersAndPaths, illegalAnswer, smuggling, trailers } from './hostile/messages.ts';
import { clientLeaves, silentUpstream, staleConnection, upstreamBreaks, webSocketLost } from './hostile/partings.ts';
import { connectionsKept, earlyAnswer, mirrorStalls } from './hostile/volumes.ts';

export type { HostileCase, StartProxy, Verdict } from './hostile/hostile-case.ts';

/** The twelve, in order; each takes any proxy, so that ours and others are told apart by the same code. */
export const hostileCases: readonly HostileCase[] = [
  smuggling,
  clientLeaves,
  upstreamBreaks,
  headersAndPaths,
  mirrorStalls,
  trailers,
  illegalAnswer,
  connectionsKept,
  silentUpstream,
  staleConnection,
  earlyAnswer,
  webSocketLost,
];
