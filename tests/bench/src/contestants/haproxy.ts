import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@banyan/sandbox';
import { proxyCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';
import type { Origins } from '../traffic/rules.ts';
import type { Contestant } from './contestant.ts';

/** HAProxy with one thread, kept and shared connections and no log. */
export async function startHaproxy(folder: string, { legacy, bodies }: Origins): Promise<Contestant> {
  const port = await freePort();
  const path = join(folder, 'haproxy.cfg');
  await writeFile(
    path,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  option http-keep-alive
  http-reuse always
  timeout connect 5s
  timeout client 75s
  timeout server 75s
frontend door
  bind 127.0.0.1:${port}
  use_backend bodies if { path /upload }
  default_backend side
backend side
  server side ${new URL(legacy).host} pool-max-conn 512
backend bodies
  server bodies ${new URL(bodies).host} pool-max-conn 512
`,
  );
  const child = startPinned({ core: proxyCore, program: 'haproxy', args: ['-db', '-f', path] });
  return { name: 'HAProxy', url: `http://127.0.0.1:${port}`, process: child };
}
