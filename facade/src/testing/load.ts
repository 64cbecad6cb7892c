import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { messageOf } from '@banyan/platform';

/** Clients that ask one request after the other on kept-alive connections, until they are told to stop. */
export interface Load {
  readonly doneCount: () => number;
  /** Lets the last requests finish. @returns what went wrong, one line a request */
  stop(): Promise<readonly string[]>;
}

const requestsLimit = 20_000;

/** Every other request is a POST, which nobody may repeat. */
export function startLoad(url: string, clientCount: number): Load {
  const failures: string[] = [];
  let doneCount = 0;
  let isStopping = false;
  const client = async (name: number): Promise<void> => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!isStopping && doneCount < requestsLimit) {
      const body = doneCount % 2 === 0 ? undefined : `body ${name} ${doneCount}`;
      await askOnce(url, agent, body).catch((err: unknown) => failures.push(`${body ?? 'GET'}: ${messageOf(err)}`));
      doneCount += 1;
    }
    agent.destroy();
  };
  const running = Promise.all(Array.from({ length: clientCount }, (_, index) => client(index)));
  return {
    doneCount: () => doneCount,
    async stop() {
      isStopping = true;
      await running;
      return failures;
    },
  };
}

async function askOnce(url: string, agent: Agent, body: string | undefined): Promise<void> {
  const asked = request(`${url}/users/7`, { agent, method: body === undefined ? 'GET' : 'POST' }).end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  const got = await text(answer);
  if (answer.statusCode !== 200 || got !== `got ${body ?? ''}`) throw new TypeError(`${answer.statusCode ?? 0} ${got}`);
}
