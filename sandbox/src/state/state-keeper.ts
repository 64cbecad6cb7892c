import { recordOf, type ProcessRecord } from './process-record.ts';
import { writeSandboxState, type SandboxState } from './sandbox-state.ts';

/** Keeps `sandbox.json` at what is so, one write after the other. */
export interface StateKeeper {
  set(state: SandboxState): Promise<void>;
  /** A process started, or started again. */
  addProcess(name: string, pid: number): Promise<void>;
}

export function createStateKeeper(): StateKeeper {
  let known: SandboxState | undefined;
  const processes = new Map<string, ProcessRecord>();
  let lastWrite = Promise.resolve();

  async function write(): Promise<void> {
    if (known) await writeSandboxState({ ...known, processes: [...processes.values()] });
  }

  return {
    async set(state) {
      known = state;
      await (lastWrite = lastWrite.then(write));
    },
    async addProcess(name, pid) {
      const asked = recordOf(name, pid);
      // Told one after the other: the one that is asked first stands first, whichever answer comes first.
      lastWrite = lastWrite.then(async () => {
        const record = await asked;
        if (record) processes.set(name, record);
        await write();
      });
      await lastWrite;
    },
  };
}
