/** In milliseconds. */
export interface Timeouts {
  /** From the decision to a free connection. */
  readonly connectMs: number;
  /** From the last byte of the request to the head of the answer. */
  readonly headersMs: number;
  /** Between two pieces of a body, on its way in or out. */
  readonly bodyIdleMs: number;
  /** The whole exchange; undefined for streams, which end when they end. */
  readonly totalMs: number | undefined;
  /** An upgraded connection without a byte in either direction. */
  readonly upgradeIdleMs: number;
}

/**
 * `upload`: the body of the request is on its way to the side.
 * `stream`: an answer without an end, such as server-sent events; it may pause but has no total limit.
 */
export type ClockPhase = 'upload' | 'headers' | 'body' | 'stream';

/** The clocks of one exchange: one for the phase it is in, one for the whole. */
export interface Clock {
  enter(phase: ClockPhase): void;
  /** A byte moved: the phase's clock starts again. */
  touch(): void;
  stop(): void;
}

export function startClock(
  { connectMs, headersMs, bodyIdleMs, totalMs }: Timeouts,
  onLate: (isTotal: boolean) => void,
): Clock {
  const limitsMs: Readonly<Record<ClockPhase, number>> = {
    upload: bodyIdleMs,
    headers: headersMs,
    body: bodyIdleMs,
    stream: bodyIdleMs,
  };
  const late = (): void => onLate(false);
  const total = totalMs === undefined ? undefined : setTimeout(onLate, totalMs, true);
  let timer = setTimeout(late, connectMs);
  return {
    enter(phase) {
      clearTimeout(timer);
      timer = setTimeout(late, limitsMs[phase]);
      if (phase === 'stream') clearTimeout(total);
    },
    touch: () => void timer.refresh(),
    stop() {
      clearTimeout(timer);
      clearTimeout(total);
    },
  };
}
