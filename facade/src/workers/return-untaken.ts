import type { ChildProcess } from 'node:child_process';

/** What node:cluster (Node 20, `lib/internal/cluster`) says to a worker and hears from it; not a part of its documentation. */
interface ClusterMessage {
  readonly cmd: 'NODE_CLUSTER';
  readonly act?: string;
  readonly seq?: number;
  readonly ack?: number;
}

/**
 * node:cluster hands a connection to a worker and waits for its word. Of a worker that dies before, no word ever comes: the
 * connection stays open, nobody serves it, and its client waits for ever. Here the word is said in its place, that the
 * connection was not taken, upon which another worker gets it.
 */
export function returnUntaken(worker: ChildProcess): void {
  const untaken = new Set<number>();
  const send = worker.send.bind(worker) as (...sent: readonly unknown[]) => boolean;
  worker.send = (message: unknown, ...rest: readonly unknown[]) => {
    if (isOfCluster(message) && message.act === 'newconn' && message.seq !== undefined) untaken.add(message.seq);
    return send(message, ...rest);
  };
  worker.on('internalMessage', (message: unknown) => {
    if (isOfCluster(message) && message.ack !== undefined) untaken.delete(message.ack);
  });
  const giveBack = (): void => {
    // Both have to be: the cluster hands nothing to a worker any more whose channel it has seen closed.
    if (worker.connected || (worker.exitCode === null && worker.signalCode === null)) return;
    setImmediate(() => {
      for (const ack of untaken) worker.emit('internalMessage', { cmd: 'NODE_CLUSTER', ack, accepted: false });
      untaken.clear();
    });
  };
  worker.once('exit', giveBack).once('disconnect', giveBack);
}

function isOfCluster(message: unknown): message is ClusterMessage {
  return typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'NODE_CLUSTER';
}
