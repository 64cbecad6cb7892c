/** A pause that can be cut short. A ring while nobody waits is not lost: the next wait ends at once. */
export interface Alarm {
  ring(): void;
  wait(timeoutMs: number): Promise<void>;
}

export function createAlarm(): Alarm {
  let hasRung = false;
  let wake: () => void = () => undefined;
  return {
    ring() {
      hasRung = true;
      wake();
    },
    async wait(timeoutMs) {
      if (!hasRung)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      hasRung = false;
    },
  };
}
