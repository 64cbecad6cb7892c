import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, type GuardedProcess } from '@banyan/sandbox';
import { loadCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';
import { versionOf } from '../machine/tools.ts';
import { downloadBytes } from '../traffic/requests.ts';
import type { Origins } from '../traffic/rules.ts';
import { ownProgram } from './node-peer.ts';

/** A small document, as APIs answer most often. */
export const smallJson = JSON.stringify({
  id: 4711,
  userId: 42,
  status: 'done',
  distanceMetres: 12_400,
  pickup: { lat: 37.5665, lon: 126.978 },
  dropoff: { lat: 37.4979, lon: 127.0276 },
});

export interface Upstream {
  readonly program: 'nginx' | 'node';
  readonly origins: Origins;
  readonly processes: readonly GuardedProcess[];
}

/** Both sides, on the core of the load: nginx where it is, because it leaves most of that core to wrk. */
export async function startUpstream(folder: string): Promise<Upstream> {
  const ports = [await freePort(), await freePort(), await freePort()];
  const [legacy = 0, extracted = 0, bodies = 0] = ports;
  const sockets = await freePort();
  const origins = {
    legacy: originOf(legacy),
    extracted: originOf(extracted),
    bodies: originOf(bodies),
    sockets: originOf(sockets),
  };
  const echo = startPinned({
    core: loadCore,
    program: process.execPath,
    args: [ownProgram('websocket-upstream'), String(sockets)],
  });
  const hasNginx = versionOf('nginx') !== undefined;
  const nodePorts = hasNginx ? [bodies] : ports;
  const node = startPinned({
    core: loadCore,
    program: process.execPath,
    args: [ownProgram('upstream'), smallJson, ...nodePorts.map(String)],
  });
  if (!hasNginx) return { program: 'node', origins, processes: [node, echo] };
  const nginx = await startNginxUpstream(folder, [legacy, extracted]);
  return { program: 'nginx', origins, processes: [node, echo, nginx] };
}

const originOf = (port: number): string => `http://127.0.0.1:${port}`;

async function startNginxUpstream(folder: string, ports: readonly number[]): Promise<GuardedProcess> {
  const home = join(folder, 'upstream');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'download'), Buffer.alloc(downloadBytes, 'banyan'));
  const servers = ports.map(
    (port) => `server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /download { root ${home}; default_type application/octet-stream; }
    location / { default_type application/json; add_header Cache-Control no-store; return 200 '${smallJson}'; }
  }`,
  );
  const path = join(home, 'nginx.conf');
  await writeFile(
    path,
    `${nginxBasics(home)}
http {
  access_log off;
  keepalive_timeout 75;
  keepalive_requests 1000000000;
  sendfile on;
  tcp_nopush on;
  tcp_nodelay on;
  ${nginxTempPaths(home)}
  ${servers.join('\n  ')}
}
`,
  );
  return startPinned({ core: loadCore, program: 'nginx', args: ['-c', path, '-p', home] });
}

export function nginxBasics(home: string): string {
  return `daemon off;
master_process off;
worker_processes 1;

pid ${home}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }`;
}

/** The defaults belong to another user. */
export function nginxTempPaths(home: string): string {
  return ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${home}/${kind};`)
    .join(' ');
}
