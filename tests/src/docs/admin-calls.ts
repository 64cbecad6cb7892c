import { readFile } from 'node:fs/promises';

export interface AdminCall {
  readonly section: string;
  readonly method: string;
  readonly path: string;
}

/** Every call that docs/reference/admin-api.md names. */
export async function documentedCalls(): Promise<readonly AdminCall[]> {
  const text = await readFile(new URL('../../../docs/reference/admin-api.md', import.meta.url), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .flatMap((part) => {
      const section = part.slice(0, part.indexOf('\n'));
      return [...part.matchAll(/^\| `([A-Z]+) (\S+)`/gm)].map(([, method = '', path = '']) => ({
        section,
        method,
        path,
      }));
    });
}
