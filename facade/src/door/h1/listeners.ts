export type Listener = (chunk: Buffer) => void;

/** Those that listen to one event: mostly none, or one, for which there is no list. */
export type Listeners = Listener | readonly Listener[] | undefined;

export function added(listeners: Listeners, listener: Listener): Listeners {
  if (listeners === undefined) return listener;
  return typeof listeners === 'function' ? [listeners, listener] : [...listeners, listener];
}

export function removed(listeners: Listeners, listener: Listener): Listeners {
  if (typeof listeners !== 'object')
    return listeners !== undefined && isFor(listeners, listener) ? undefined : listeners;
  const kept = listeners.filter((each) => !isFor(each, listener));
  return kept.length === 0 ? undefined : kept;
}

const noChunk: Buffer = Buffer.alloc(0);

export function tell(listeners: Listeners, chunk = noChunk): void {
  if (typeof listeners === 'function') listeners(chunk);
  else listeners?.forEach((listener) => listener(chunk));
}

interface OnceListener extends Listener {
  readonly original: Listener;
}

/** Calls `listener` after `forget`; {@link removed} knows it by the listener it was made for. */
export function onceOf(listener: Listener, forget: () => void): Listener {
  const once = (chunk: Buffer): void => {
    forget();
    listener(chunk);
  };
  return Object.assign(once, { original: listener }) satisfies OnceListener;
}

function isFor(each: Listener, listener: Listener): boolean {
  return each === listener || ('original' in each && each.original === listener);
}
