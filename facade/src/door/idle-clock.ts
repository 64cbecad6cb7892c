export interface IdleTimes {
  /** From the connection to its first request. */
  readonly firstRequestMs: number;
  /** From the end of its last open request to the next one. */
  readonly idleMs: number;
}

/** The clock of a connection that carries several requests at once; it runs while none is open. */
export interface IdleClock {
  begin(): void;
  end(): void;
  /** A request is open. */
  isInUse(): boolean;
  stop(): void;
}

export function createIdleClock({ firstRequestMs, idleMs }: IdleTimes, onIdle: () => void): IdleClock {
  let openCount = 0;
  let isStopped = false;
  let timer = setTimeout(onIdle, firstRequestMs);
  return {
    begin() {
      openCount += 1;
      clearTimeout(timer);
    },
    end() {
      openCount -= 1;
      if (openCount === 0 && !isStopped) timer = setTimeout(onIdle, idleMs);
    },
    isInUse: () => openCount > 0,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
