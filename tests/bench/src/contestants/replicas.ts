import { join } from 'node:path';
import { startPostgres } from '@banyan/sandbox';
import { benchRules } from '../traffic/rules.ts';
import { stopAll, untilListening } from './contestant.ts';
import { startFacade, type FacadeContestant } from './facade.ts';
import type { FieldParts } from './start-all.ts';

/** Two facades that share their orders by a control database of their own. */
export interface Replicas {
  /** Is given the orders. */
  readonly giver: FacadeContestant;
  /** Learns them by NOTIFY. */
  readonly taker: FacadeContestant;
  readonly stop: () => Promise<void>;
}

export async function startReplicas({ folder, origins, surroundings }: FieldParts): Promise<Replicas> {
  const postgres = await startPostgres({ folder: join(folder, 'control-database'), port: 0, isDurable: true });
  const started: FacadeContestant[] = [];
  const stop = async (): Promise<void> => {
    await stopAll(started);
    await postgres.stop();
  };
  const start = async (name: string): Promise<FacadeContestant> => {
    const env = { FACADE_CONTROL_DATABASE_URL: postgres.superuserUrl.reveal() };
    const facade = await startFacade({ name, folder, rules: benchRules(origins), surroundings, env });
    started.push(facade);
    await untilListening(facade);
    return facade;
  };
  try {
    return { giver: await start('first replica'), taker: await start('second replica'), stop };
  } catch (err) {
    await stop();
    throw err;
  }
}
