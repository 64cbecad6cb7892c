/** In milliseconds; 0 means no limit. */
export interface Timeouts {
  /** From the decision to a free connection. */
  readonly connectMs: number;
  /** From the last byte of the request that the side took to the head of its answer. */
  readonly headersMs: number;
  /** Between two pieces of the answer. */
  readonly bodyMs: number;
  /** The whole exchange. */
  readonly totalMs: number;
}

/** `stream`: an answer without an end, such as server-sent events; it may pause but has no total limit. */
export type ClockPhase = 'headers' | 'body' | 'stream';

/** The clocks of one exchange: one for the phase it is in, one for the whole. */
export interface Clock {
  enter(phase: ClockPhase): void;
  /** A byte moved: the phase's clock starts again. */
  touch(): void;
  stop(): void;
}

export function startClock(
  { connectMs, headersMs, bodyMs, totalMs }: Timeouts,
  onLate: (isTotal: boolean) => void,
): Clock {
  const limits: Readonly<Record<ClockPhase, number>> = { headers: headersMs, body: bodyMs, stream: bodyMs };
  const late = (): void => onLate(false);
  const total = totalMs > 0 ? setTimeout(onLate, totalMs, true) : undefined;
  let timer = connectMs > 0 ? setTimeout(late, connectMs) : undefined;
  return {
    enter(phase) {
      clearTimeout(timer);
      const limitMs = limits[phase];
      timer = limitMs > 0 ? setTimeout(late, limitMs) : undefined;
      if (phase === 'stream') clearTimeout(total);
    },
    touch() {
      timer?.refresh();
    },
    stop() {
      clearTimeout(timer);
      clearTimeout(total);
    },
  };
}
