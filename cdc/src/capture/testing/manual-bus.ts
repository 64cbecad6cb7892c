import type { BusMessage, ChangeBus } from '../../bus/change-bus.ts';
import { createDeferred } from '../../bus/deferred.ts';

/** A bus whose messages become durable when the test says so. */
export interface ManualBus extends ChangeBus {
  /** Every publish so far, in the order of the calls. */
  readonly calls: readonly ManualCall[];
  /** From now on everything is durable at once, what waits as well. */
  open(): void;
}

export interface ManualCall {
  readonly messages: readonly BusMessage[];
  durable(): void;
  refuse(reason: Error): void;
}

export function createManualBus(): ManualBus {
  const calls: ManualCall[] = [];
  let isOpen = false;
  return {
    calls,
    open() {
      isOpen = true;
      calls.forEach((call) => call.durable());
    },
    ensureTopics: () => Promise.resolve(),
    publish(messages) {
      const { promise, resolve, reject } = createDeferred<undefined>();
      calls.push({ messages, durable: () => resolve(undefined), refuse: reject });
      if (isOpen) resolve(undefined);
      return promise;
    },
    subscribe: () => Promise.resolve({ close: () => Promise.resolve() }),
    backlogCount: () => Promise.resolve(0),
    close: () => Promise.resolve(),
  };
}
