import { createServer, type AddressInfo } from 'node:net';

/** A port that was free on 127.0.0.1 a moment ago; whoever takes it must still expect to lose the race. */
export async function freePort(): Promise<number> {
  const port = await tryPort(0);
  return port ?? freePort();
}

/** `preferred` when it can be listened on, another free port when not. */
export async function preferPort(preferred: number): Promise<number> {
  return (await tryPort(preferred)) ?? freePort();
}

/** The port that was listened on, undefined when it is taken or not allowed. */
async function tryPort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address() as AddressInfo;
      server.close(() => resolve(address.port));
    });
  });
}
