import { createServer, type AddressInfo, type Server } from 'node:net';
import { codeOf } from '@banyan/platform';

/** Where processes listen, and where the claim on their port is held meanwhile. */
const loopback = '127.0.0.1';
const claimAddress = '127.0.0.2';

export interface ClaimedPorts<Name extends string> {
  readonly ports: Readonly<Record<Name, number>>;
  /** Lets others have them. */
  readonly release: () => Promise<void>;
}

/** A port that was free on 127.0.0.1 a moment ago; whoever takes it must still expect to lose the race. */
export async function freePort(): Promise<number> {
  const { ports, release } = await claimPorts({ any: 0 });
  await release();
  return ports.any;
}

/**
 * A different free port for each name: the preferred one, or any other when that is taken. 0 prefers none.
 *
 * Until our processes listen, seconds later, nothing shows that their ports are spoken for; two sandboxes that start together would choose the same.
 * So each port is claimed by listening on it at 127.0.0.2, where nobody else does, until `release` or our end.
 * Where the system has only 127.0.0.1 there are no claims.
 */
export async function claimPorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
): Promise<ClaimedPorts<Name>> {
  const claims: Server[] = [];
  const held: Server[] = [];
  const chosen: [string, number][] = [];
  try {
    for (const [name, port] of Object.entries<number>(preferred)) {
      const { port: found, server, claim } = (await tryPort(port)) ?? (await anyPort());
      chosen.push([name, found]);
      held.push(server);
      if (claim) claims.push(claim);
    }
  } finally {
    await closeAll(held);
  }
  return { ports: Object.fromEntries(chosen) as Record<Name, number>, release: () => closeAll(claims) };
}

interface HeldPort {
  readonly port: number;
  readonly server: Server;
  readonly claim: Server | undefined;
}

async function anyPort(): Promise<HeldPort> {
  return (await tryPort(0)) ?? anyPort();
}

/** Undefined when the port is taken, claimed or not allowed. */
async function tryPort(wished: number): Promise<HeldPort | undefined> {
  const server = await listenOn(loopback, wished);
  if (typeof server === 'string') return undefined;
  const { port } = server.address() as AddressInfo;
  const claim = await listenOn(claimAddress, port);
  if (typeof claim !== 'string') return { port, server, claim: claim.unref() };
  if (claim === 'EADDRNOTAVAIL') return { port, server, claim: undefined };
  await closeAll([server]);
  return undefined;
}

/** The code of the error when that is not possible. */
async function listenOn(host: string, port: number): Promise<Server | string> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', (err) => resolve(codeOf(err)));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
}
