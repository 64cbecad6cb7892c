/** From a worker: it serves, and this is where its own admin port listens. */
export interface WorkerOpening {
  readonly kind: 'open';
  readonly url: string;
  readonly tlsUrl?: string | undefined;
  readonly adminUrl: string;
}

/** What the primary and its workers say to each other. */
export type WorkerMessage =
  | WorkerOpening
  /** To a worker: look at your files now. */
  | { readonly kind: 'refresh'; readonly id: number }
  /** From a worker: the files as they were at that moment are in force. */
  | { readonly kind: 'refreshed'; readonly id: number };

export function isWorkerMessage(given: unknown): given is WorkerMessage {
  const kind = (given as Partial<WorkerMessage> | null)?.kind;
  return kind === 'open' || kind === 'refresh' || kind === 'refreshed';
}

export interface ServedWorker {
  readonly url: string;
  readonly tlsUrl: string | undefined;
  readonly adminUrl: string;
  readonly refresh: () => Promise<void>;
}

/** Tells the primary that this worker is open, and does what it is told. Nothing outside a worker. */
export function reportToPrimary({ url, tlsUrl, adminUrl, refresh }: ServedWorker, channel: NodeJS.Process): void {
  const say = (message: WorkerMessage): void => void channel.send?.(message, () => undefined);
  channel.on('message', (given) => {
    if (!isWorkerMessage(given) || given.kind !== 'refresh') return;
    void refresh().then(() => say({ kind: 'refreshed', id: given.id }));
  });
  say({ kind: 'open', url, tlsUrl, adminUrl });
}
