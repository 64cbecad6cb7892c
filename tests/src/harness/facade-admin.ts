import type { Secret } from '@banyan/platform';
import { Pool } from 'undici';
import { z } from 'zod';

const statusSchema = z.looseObject({ flags: z.looseObject({ kind: z.string(), why: z.string().nullish() }) });
const explainSchema = z.looseObject({ decision: z.looseObject({ side: z.string() }) });

export interface FacadeAdmin {
  status(): Promise<z.infer<typeof statusSchema>>;
  text(path: string): Promise<string>;
  /** Sum over all labels. */
  metric(name: string): Promise<number>;
  /** The users 1..count whom `GET /trips` would send to the extracted side. */
  extractedAmong(count: number): Promise<ReadonlySet<number>>;
}

const concurrency = 32;

export function facadeAdmin({
  adminUrl,
  adminToken,
}: {
  readonly adminUrl: string;
  readonly adminToken: Secret;
}): FacadeAdmin {
  const headers = { authorization: `Bearer ${adminToken.reveal()}` };
  const get = (path: string): Promise<Response> =>
    fetch(adminUrl + path, { headers, signal: AbortSignal.timeout(10_000) });
  const text = async (path: string): Promise<string> => (await get(path)).text();
  async function sideOf(pool: Pool, subject: number): Promise<string> {
    const path = `/explain?method=GET&path=/trips&subject=${subject}`;
    const { body } = await pool.request({ path, method: 'GET', headers });
    return explainSchema.parse(await body.json()).decision.side;
  }
  return {
    status: async () => statusSchema.parse(await (await get('/status')).json()),
    text,
    async metric(name) {
      const lines = await text('/metrics');
      return lines
        .split('\n')
        .filter((line) => line.startsWith(name))
        .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async extractedAmong(count) {
      // Ten thousand calls: `fetch` takes twice as long for them.
      const pool = new Pool(adminUrl, { connections: concurrency, headersTimeout: 10_000, bodyTimeout: 10_000 });
      const extracted = new Set<number>();
      let next = 1;
      const worker = async (): Promise<void> => {
        while (next <= count) {
          const subject = next++;
          if ((await sideOf(pool, subject)) === 'extracted') extracted.add(subject);
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
      await pool.close();
      return extracted;
    },
  };
}
