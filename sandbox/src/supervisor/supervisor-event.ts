import type { Exit } from '../processes/guarded-process.ts';

/** What happens to the processes, for whoever prints or waits. */
export type SupervisorEvent =
  | { readonly kind: 'starting'; readonly name: string }
  | { readonly kind: 'ready'; readonly name: string; readonly pid: number; readonly elapsedMs: number }
  | {
      readonly kind: 'crashed';
      readonly name: string;
      readonly exit: Exit;
      readonly lastLines: readonly string[];
      /** Undefined when it is not restarted any more. */
      readonly restartInMs: number | undefined;
    }
  | { readonly kind: 'stopping'; readonly name: string }
  | { readonly kind: 'stopped'; readonly name: string; readonly exit: Exit };
