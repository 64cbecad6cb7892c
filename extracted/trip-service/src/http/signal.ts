/** Wakes one waiter. Any number of calls of `set` while nobody waits count as one. */
export interface Signal {
  set(): void;
  wait(): Promise<void>;
}

export function createSignal(): Signal {
  let isSet = false;
  let wake: (() => void) | undefined;
  return {
    set() {
      isSet = true;
      wake?.();
    },
    async wait() {
      if (!isSet) await new Promise<void>((resolve) => (wake = resolve));
      isSet = false;
    },
  };
}
