export interface FlowMeterParts {
  readonly limitBytes: number;
  readonly onFull: () => void;
  readonly onRoom: () => void;
}

/** Counts bytes in flight and asks for a pause above the limit, for more at half of it; the gap keeps it from flapping. */
export interface FlowMeter {
  enter(sizeBytes: number): void;
  leave(sizeBytes: number): void;
  readonly bytes: number;
  readonly isFull: boolean;
}

export function createFlowMeter({ limitBytes, onFull, onRoom }: FlowMeterParts): FlowMeter {
  let bytes = 0;
  let isFull = false;
  return {
    enter(sizeBytes) {
      bytes += sizeBytes;
      if (isFull || bytes <= limitBytes) return;
      isFull = true;
      onFull();
    },
    leave(sizeBytes) {
      bytes -= sizeBytes;
      if (!isFull || bytes > limitBytes / 2) return;
      isFull = false;
      onRoom();
    },
    get bytes() {
      return bytes;
    },
    get isFull() {
      return isFull;
    },
  };
}
