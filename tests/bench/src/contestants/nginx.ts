import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@banyan/sandbox';
import { proxyCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';
import type { Origins } from '../traffic/rules.ts';
import type { Contestant } from './contestant.ts';
import { nginxBasics, nginxTempPaths } from './upstream.ts';

/** nginx as a reverse proxy with one worker, kept connections and no log. */
export async function startNginx(folder: string, origins: Origins): Promise<Contestant> {
  const port = await freePort();
  const home = join(folder, 'nginx');
  await mkdir(home, { recursive: true });
  const path = join(home, 'nginx.conf');
  await writeFile(path, configuration(home, port, origins));
  const child = startPinned({ core: proxyCore, program: 'nginx', args: ['-c', path, '-p', home] });
  return { name: 'nginx', url: `http://127.0.0.1:${port}`, process: child };
}

function configuration(home: string, port: number, { legacy, bodies }: Origins): string {
  const keptTo = (name: string, origin: string): string =>
    `upstream ${name} { server ${new URL(origin).host}; keepalive 512; keepalive_requests 1000000000; }`;
  return `${nginxBasics(home)}
http {
  access_log off;
  keepalive_timeout 75;
  keepalive_requests 1000000000;
  tcp_nodelay on;
  client_max_body_size 0;
  ${nginxTempPaths(home)}
  ${keptTo('side', legacy)}
  ${keptTo('bodies', bodies)}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_request_buffering off;
    location / { proxy_pass http://side; }
    location = /download { proxy_pass http://side; proxy_max_temp_file_size 0; }
    location = /upload { proxy_pass http://bodies; }
  }
}
`;
}
