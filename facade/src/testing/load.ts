import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '@banyan/platform';

/** Clients that ask one request after the other, until they are told to stop. */
export interface Load {
  readonly doneCount: () => number;
  /** Lets the last requests finish. @returns what went wrong, one line a request */
  stop(): Promise<readonly string[]>;
}

export interface LoadClient {
  /** @returns the body of the answer, after its status where that is not 200 */
  ask(body: string | undefined): Promise<string>;
  close(): void;
}

const requestsLimit = 20_000;

/** Over HTTP/1.1, each on its own kept-alive connection. */
export function startLoad(url: string, clientCount: number): Load {
  return loadOf(
    'HTTP/1.1',
    Array.from({ length: clientCount }, () => keptAlive(url)),
  );
}

/** Every other request is a POST, which nobody may repeat; no two bodies are the same. */
export function loadOf(kind: string, clients: readonly LoadClient[]): Load {
  const failures: string[] = [];
  let doneCount = 0;
  let isStopping = false;
  const run = async (client: LoadClient, name: number): Promise<void> => {
    while (!isStopping && doneCount < requestsLimit) {
      const body = doneCount % 2 === 0 ? undefined : `${kind} ${name} ${doneCount}`;
      const got = await client.ask(body).catch(messageOf);
      if (got !== `got ${body ?? ''}`) failures.push(`${body ?? 'GET'}: ${got}`);
      doneCount += 1;
    }
    client.close();
  };
  const running = Promise.all(clients.map(run));
  return {
    doneCount: () => doneCount,
    async stop() {
      isStopping = true;
      await running;
      return failures;
    },
  };
}

function keptAlive(url: string): LoadClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    async ask(body) {
      const asked = request(`${url}/users/7`, { agent, method: body === undefined ? 'GET' : 'POST' }).end(body);
      const [answer] = (await once(asked, 'response')) as [IncomingMessage];
      const got = await text(answer);
      return answer.statusCode === 200 ? got : `${answer.statusCode ?? 0} ${got}`;
    },
    close: () => agent.destroy(),
  };
}
