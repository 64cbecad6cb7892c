/** Moments at which a crash must lose nothing and count nothing twice; tests kill the process there. */
export type SinkMoment = 'before-apply' | 'before-commit' | 'after-commit';

export type Failpoint = (moment: SinkMoment) => Promise<void> | void;

export const noFailpoint: Failpoint = () => undefined;
