import { createHook } from 'node:async_hooks';
import { queryObjects } from 'node:v8';
import { Connection } from '../door/h1/connection.ts';
import { H1Request } from '../door/h1/h1-request.ts';
import { H1Response } from '../door/h1/h1-response.ts';
import { Attempt } from '../forward/attempt.ts';
import { BodyPump } from '../forward/h1/body-pump.ts';
import { H1Connection } from '../forward/h1/h1-connection.ts';
import { H1Exchange } from '../forward/h1/exchange.ts';
import { H2Exchange } from '../forward/h2/h2-exchange.ts';
import { Handshake } from '../forward/handshake.ts';
import { Http2Request } from '../forward/http2-request.ts';
import { Http2Response } from '../forward/http2-response.ts';
import { Lease } from '../forward/instances/lease.ts';
import { Tunnel } from '../forward/tunnel.ts';
import { PaceWatch } from '../forward/upload-pace.ts';
import { BodyCopy } from '../mirror/body-copy.ts';

/** What a request makes and nobody may keep behind its end; whoever keeps another thing of it keeps one of these with it. */
const ofRequest = {
  H1Request,
  H1Response,
  Http2Request,
  Http2Response,
  Attempt,
  H1Exchange,
  H2Exchange,
  BodyPump,
  PaceWatch,
  Lease,
  Handshake,
  Tunnel,
  BodyCopy,
};

/** What lasts as long as a connection. */
const ofConnection = { Connection, H1Connection };

// One prototype below all of them: each look at the heap collects it whole, so that one is made for all classes.
function Watched(): void {
  // Only its prototype is of use.
}
for (const { prototype } of Object.values({ ...ofRequest, ...ofConnection }))
  Object.setPrototypeOf(prototype, Watched.prototype as object);

type WatchedName = keyof typeof ofRequest | keyof typeof ofConnection;

/** How many of each there are in this process, once everything that nobody can reach is collected. */
export function aliveCounts(): Partial<Record<WatchedName, number>> {
  const counts: Record<string, number> = {};
  for (const text of queryObjects(Watched, { format: 'summary' })) {
    const [name = ''] = text.split(' ', 1);
    // The prototypes themselves say that they are of the class below.
    if (name !== Watched.name) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

const timers = new Set<number>();
// Not `process.getActiveResourcesInfo`, which knows nothing of timers that hold no process.
createHook({
  init: (id, type) => {
    if (type === 'Timeout') timers.add(id);
  },
  destroy: (id) => timers.delete(id),
}).enable();

/** Timers of this process that will fire. */
export function timerCount(): number {
  return timers.size;
}

/** Open ends of TCP connections in this process: clients, facade and sides. */
export function socketCount(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}
