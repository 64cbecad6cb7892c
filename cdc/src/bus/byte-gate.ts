/** Lets work in, in order of arrival, while at most `limitBytes` are inside; one item larger than the limit enters an empty gate. */
export interface ByteGate {
  enter(sizeBytes: number): Promise<void>;
  leave(sizeBytes: number): void;
  readonly insideBytes: number;
}

export function createByteGate(limitBytes: number): ByteGate {
  const waiting: { readonly sizeBytes: number; readonly admit: () => void }[] = [];
  let insideBytes = 0;

  const fits = (sizeBytes: number): boolean => insideBytes === 0 || insideBytes + sizeBytes <= limitBytes;

  return {
    enter(sizeBytes) {
      // Whoever comes later waits behind those who wait already, however small it is: order is the point.
      if (waiting.length === 0 && fits(sizeBytes)) {
        insideBytes += sizeBytes;
        return Promise.resolve();
      }
      return new Promise((resolve) => waiting.push({ sizeBytes, admit: resolve }));
    },
    leave(sizeBytes) {
      insideBytes -= sizeBytes;
      for (let next = waiting[0]; next && fits(next.sizeBytes); next = waiting[0]) {
        waiting.shift();
        insideBytes += next.sizeBytes;
        next.admit();
      }
    },
    get insideBytes() {
      return insideBytes;
    },
  };
}
