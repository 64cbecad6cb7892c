import { availableParallelism } from 'node:os';

/** The program under measurement has a core of its own; load and upstream share the other one. */
export const proxyCore = 0;
export const loadCore = Math.min(1, availableParallelism() - 1);
