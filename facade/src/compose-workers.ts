import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createMetrics, listen, type Lifecycle, type Logger } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import { createWorkerMetrics } from './workers/worker-metrics.ts';
import { createWorkersAdmin } from './workers/workers-admin.ts';
import { WorkerPool } from './workers/worker-pool.ts';

export interface ComposeWorkersParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

// Below what a lifecycle waits for one part: a worker may take two such times to drain.
const endStepMs = 9_500;

/** The primary of several workers: it serves no request itself; each worker is a whole facade. */
export async function composeWorkers(config: FacadeConfig, { log, lifecycle }: ComposeWorkersParts) {
  const metrics = createMetrics({ process: false });
  const { crashes } = createWorkerMetrics(metrics, () => pool.open.length);
  const overridePath = config.overridePath ?? temporaryOverrides(lifecycle);
  const pool = new WorkerPool({
    workerCount: config.workerCount,
    envOf: (index) => workerEnv(config, overridePath, index),
    log,
    onCrash: () => crashes.inc(),
  });
  lifecycle.onClose('stuck workers', () => pool.kill());
  lifecycle.onClose('workers', () => Promise.race([pool.close(), pause(endStepMs, undefined, { ref: false })]));
  const ownMetrics = (): Promise<string> => metrics.registry.metrics();
  const admin = await listen(createWorkersAdmin({ workers: pool, log, ownMetrics }), {
    port: config.adminPort,
    host: config.adminHost,
    log,
  });
  lifecycle.onClose('admin port', () => admin.close());
  lifecycle.onClose('requests of the workers', () =>
    Promise.race([pool.close(), pause(endStepMs, undefined, { ref: false })]),
  );
  const { url, tlsUrl } = await pool.start();
  log.info(
    { event: 'facade.workers-listening', url, tlsUrl, adminUrl: admin.url, workerCount: config.workerCount },
    'the workers of the facade listen',
  );
  return { url, tlsUrl, adminUrl: admin.url, sendAllToLegacy: () => pool.signal('SIGUSR2') };
}

/** Orders of an operator live as long as the process, and a worker that is replaced must know them too. */
function temporaryOverrides(lifecycle: Lifecycle): string {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-overrides-'));
  lifecycle.onClose('override folder', () => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'overrides.yaml');
}

function workerEnv({ auditPath }: FacadeConfig, overridePath: string, index: number): Readonly<Record<string, string>> {
  return {
    // Its own admin port, for the primary alone.
    FACADE_ADMIN_HOST: '127.0.0.1',
    FACADE_ADMIN_PORT: '0',
    FACADE_OVERRIDE_FILE: overridePath,
    // Every worker sees every change; one writes it down.
    FACADE_AUDIT_FILE: index === 0 ? (auditPath ?? '') : '',
  };
}
