/**
 * Watches one answer on its way to the client. It sees what the side sent, without hop-by-hop names and before any
 * transformation, and it cannot delay or break the exchange: a tap that throws is taken off.
 *
 * `onHead` comes first and once; after it any number of `onData`, and at last either `onEnd` or `onBroken`. An exchange
 * that fails before its head tells a tap nothing. 1xx answers are not seen.
 */
export interface AnswerTap {
  /**
   * @param headers - flat: name, value, name, value
   * @param isEndMarked - a cut can be told from the end; without it, an answer that ended may not be whole
   */
  onHead(status: number, headers: readonly string[], isEndMarked: boolean): void;
  /** @param chunk - part of a larger buffer: copy what is kept for longer than a moment */
  onData(chunk: Buffer): void;
  /** The side has sent all of it; the client may still be reading. */
  onEnd(trailers: readonly (readonly [string, string])[]): void;
  /** Not all of it came: the side broke off, the client left, or time was up. */
  onBroken(): void;
}

/** The same tap, taken off for good when it throws. */
export function guardTap(tap: AnswerTap): AnswerTap {
  let kept: AnswerTap | undefined = tap;
  const tell = (say: (tap: AnswerTap) => void): void => {
    if (!kept) return;
    try {
      say(kept);
    } catch {
      kept = undefined;
    }
  };
  return {
    onHead: (...head) => tell((to) => to.onHead(...head)),
    onData: (chunk) => tell((to) => to.onData(chunk)),
    onEnd: (trailers) => tell((to) => to.onEnd(trailers)),
    onBroken: () => tell((to) => to.onBroken()),
  };
}
