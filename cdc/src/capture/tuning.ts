/** Bounds of a capture; the defaults suit a machine with 2 cores and captures of a few hundred MiB. */
export interface CaptureTuning {
  /** Messages and bytes of one publish. */
  readonly chunkCount: number;
  readonly chunkBytes: number;
  /** Bytes between the socket and durable on the bus; above it the socket is paused. */
  readonly inFlightBytesLimit: number;
  /** At most one acknowledgement of the slot in this time. */
  readonly acknowledgeIntervalMs: number;
  /** Pauses before connecting again: the first one, doubling up to the longest. */
  readonly reconnectFirstMs: number;
  readonly reconnectLongestMs: number;
}

export const defaultTuning: CaptureTuning = {
  chunkCount: 2_000,
  chunkBytes: 800_000,
  inFlightBytesLimit: 16_777_216,
  acknowledgeIntervalMs: 500,
  reconnectFirstMs: 250,
  reconnectLongestMs: 15_000,
};
