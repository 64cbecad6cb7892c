import { createServer, type AddressInfo, type Server } from 'node:net';

/** A port that was free on 127.0.0.1 a moment ago; whoever takes it must still expect to lose the race. */
export async function freePort(): Promise<number> {
  return Object.values(await choosePorts({ any: 0 }))[0] ?? 0;
}

/**
 * A different free port for each name: the preferred one, or any other when that is taken. 0 prefers none.
 * All are held until the last is chosen, so that no two names get the same.
 */
export async function choosePorts<Name extends string>(
  preferred: Readonly<Record<Name, number>>,
): Promise<Record<Name, number>> {
  const held: Server[] = [];
  const chosen: [string, number][] = [];
  try {
    for (const [name, port] of Object.entries<number>(preferred)) {
      const server = (await hold(port)) ?? (await hold(0));
      if (!server) continue;
      held.push(server);
      chosen.push([name, (server.address() as AddressInfo).port]);
    }
  } finally {
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  }
  return Object.fromEntries(chosen) as Record<Name, number>;
}

/** Undefined when the port is taken or not allowed. */
async function hold(port: number): Promise<Server | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => resolve(server));
  });
}
