/** One send to the bus. */
export interface Chunk {
  /** The end of the last transaction that is complete with this chunk; undefined when none ends in it. */
  endLsn: bigint | undefined;
  isDurable: boolean;
}

/** Chunks on their way, in the order of sending. They become durable in any order; a position counts only when all before it are. */
export interface ChunkQueue<C extends Chunk> {
  push(chunk: C): void;
  /** @returns the position before which everything is durable now; undefined when it did not move */
  settle(chunk: C): bigint | undefined;
  readonly last: C | undefined;
}

export function createChunkQueue<C extends Chunk>(): ChunkQueue<C> {
  const underway: C[] = [];
  return {
    push: (chunk) => void underway.push(chunk),
    settle(chunk) {
      chunk.isDurable = true;
      let reached: bigint | undefined;
      while (underway[0]?.isDurable) reached = underway.shift()?.endLsn ?? reached;
      return reached;
    },
    get last() {
      return underway.at(-1);
    },
  };
}
