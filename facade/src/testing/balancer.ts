import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Backend {
  readonly port: number;
  readonly adminUrl: string;
}

/** A balancer of connections, as simple as they come: round robin over the backends that say they are ready. */
export interface Balancer {
  readonly url: string;
  /** In place of those before; connections that are open stay. */
  use(backends: readonly Backend[]): Promise<void>;
  close(): Promise<void>;
}

const lookMs = 50;

export async function startBalancer(): Promise<Balancer> {
  let backends: readonly Backend[] = [];
  let ready: readonly Backend[] = [];
  let turn = 0;
  const sockets = new Set<Socket>();
  const look = async (): Promise<void> => {
    const answers = await Promise.all(backends.map(async (backend) => ((await isReady(backend)) ? [backend] : [])));
    ready = answers.flat().filter((backend) => backends.includes(backend));
  };
  const looking = setInterval(() => void look(), lookMs);
  const server = createServer((client) => {
    const backend = ready[turn++ % Math.max(1, ready.length)];
    sockets.add(client.on('error', () => undefined).on('close', () => sockets.delete(client)));
    if (!backend) {
      client.destroy();
      return;
    }
    const side = connect(backend.port, '127.0.0.1').on('error', () => client.destroy());
    client.once('close', () => side.destroy());
    side.once('close', () => client.destroySoon());
    client.pipe(side);
    side.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async use(next) {
      backends = next;
      await look();
    },
    async close() {
      clearInterval(looking);
      sockets.forEach((socket) => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

async function isReady({ adminUrl }: Backend): Promise<boolean> {
  try {
    const answer = await fetch(`${adminUrl}/ready`);
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
