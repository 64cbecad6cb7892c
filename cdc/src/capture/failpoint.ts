/** Moments at which a crash must lose nothing; tests kill the process there. */
export type CaptureMoment =
  | 'slot-created'
  | 'snapshot-chunk-published'
  | 'snapshot-published'
  | 'snapshot-completed'
  | 'chunk-published'
  | 'before-acknowledge'
  | 'acknowledge-recorded'
  | 'acknowledged';

export type CaptureFailpoint = (moment: CaptureMoment) => Promise<void> | void;

export const noCaptureFailpoint: CaptureFailpoint = () => undefined;
