import { mayFallBack } from '../fallback.ts';
import { problemOf } from '../failure-answer.ts';
import { isAnswered, isUnprocessed, outcomeLabel, type ForwardOutcome } from '../forward/outcome.ts';

type LabelOf<Outcome> = Outcome extends {
  readonly kind: infer Kind extends string;
  readonly phase: infer Phase extends string;
}
  ? `${Kind}.${Phase}`
  : Outcome extends { readonly kind: infer Kind extends string }
    ? Kind
    : never;

/** Every label that `outcomeLabel` can give. */
export type OutcomeLabel = LabelOf<ForwardOutcome> | 'timed-out.total';

interface Meaning {
  readonly outcome: ForwardOutcome;
  /** What has happened, for the operator. */
  readonly about: string;
}

const code = '';

/** One of each, in the order of the table; a kind or a phase that is missing here is an error of types. */
const meanings: Readonly<Record<OutcomeLabel, Meaning>> = {
  completed: { outcome: { kind: 'completed', status: 200 }, about: 'The client has the whole answer of the side.' },
  unavailable: { outcome: { kind: 'unavailable' }, about: 'No instance of the side may be asked now.' },
  overloaded: {
    outcome: { kind: 'overloaded' },
    about:
      'As many requests as may (`FACADE_UPSTREAM_WAITING`) wait for a connection to an instance of the side, or as many WebSockets as may (`FACADE_UPGRADES`) are open.',
  },
  'rate-limited': {
    outcome: { kind: 'rate-limited' },
    about: 'The caller has used up what `limits.requests` allows. No side is asked.',
  },
  'body-too-large.connect': {
    outcome: { kind: 'body-too-large', phase: 'connect' },
    about: 'The body says that it is larger than `limits.bodyBytes`, or is with its first piece. No side is asked.',
  },
  'body-too-large.headers': {
    outcome: { kind: 'body-too-large', phase: 'headers' },
    about: 'The body turned out to be larger than `limits.bodyBytes`. The request to the side is cut.',
  },
  'body-too-large.body': {
    outcome: { kind: 'body-too-large', phase: 'body' },
    about: 'The same after the side had begun to answer.',
  },
  'connect-failed': { outcome: { kind: 'connect-failed', code }, about: 'The side could not be reached.' },
  'timed-out.connect': {
    outcome: { kind: 'timed-out', phase: 'connect', isTotal: false },
    about: 'No connection to the side was free or open in time (`connectMs`).',
  },
  'timed-out.headers': {
    outcome: { kind: 'timed-out', phase: 'headers', isTotal: false },
    about:
      'The head of the answer did not come in time (`headersMs`), or the side stopped taking the upload (`bodyIdleMs`).',
  },
  'timed-out.body': {
    outcome: { kind: 'timed-out', phase: 'body', isTotal: false },
    about: 'The answer paused for too long (`bodyIdleMs`).',
  },
  'timed-out.total': {
    outcome: { kind: 'timed-out', phase: 'headers', isTotal: true },
    about:
      'The exchange as a whole took too long (`totalMs`). In the middle of an answer it breaks the connection instead.',
  },
  'upstream-cut.headers': {
    outcome: { kind: 'upstream-cut', phase: 'headers', code },
    about: 'The side closed the connection before the head of its answer was complete.',
  },
  'upstream-cut.body': {
    outcome: { kind: 'upstream-cut', phase: 'body', code },
    about: 'The side closed the connection before its answer was complete.',
  },
  'answer-refused.headers': {
    outcome: { kind: 'answer-refused', phase: 'headers', code },
    about: 'The head of the answer is no HTTP, can be read in two ways, or is too large.',
  },
  'answer-refused.body': {
    outcome: { kind: 'answer-refused', phase: 'body', code },
    about: 'The chunks or the trailers of the answer are no HTTP.',
  },
  'request-refused': {
    outcome: { kind: 'request-refused', code },
    about: 'The request cannot be framed for the side. The door refuses such requests before; this is the second lock.',
  },
  'client-aborted.connect': {
    outcome: { kind: 'client-aborted', phase: 'connect' },
    about: 'The client left before anything was sent to the side.',
  },
  'client-aborted.headers': {
    outcome: { kind: 'client-aborted', phase: 'headers' },
    about: 'The client left before the head of the answer. The request to the side is cancelled.',
  },
  'client-aborted.body': {
    outcome: { kind: 'client-aborted', phase: 'body' },
    about: 'The client left during the answer. The request to the side is cancelled.',
  },
  'client-stalled.headers': {
    outcome: { kind: 'client-stalled', phase: 'headers' },
    about:
      'The client stopped sending its body (`bodyIdleMs`), or sends it too slowly (`FACADE_BODY_BYTES_PER_SECOND`).',
  },
  'client-stalled.body': {
    outcome: { kind: 'client-stalled', phase: 'body' },
    about: 'The client stopped reading the answer (`bodyIdleMs`), or sends its body too slowly meanwhile.',
  },
};

/** What an outcome means to everybody, by the same functions that serve requests. */
export interface OutcomeRow {
  readonly label: OutcomeLabel;
  readonly about: string;
  /** `own`: the side's answer; `gone`: there is nobody to tell; `broken`: its connection ends in the middle of the answer. */
  readonly client:
    | { readonly kind: 'own' | 'gone' | 'broken' }
    | { readonly kind: 'problem'; readonly status: number; readonly type: string };
  readonly mayBeProcessed: boolean;
  /** A read of the extracted side goes to legacy once. */
  readonly fallsBack: boolean;
}

export function outcomeTable(): readonly OutcomeRow[] {
  return Object.values(meanings).map(({ outcome, about }) => ({
    label: outcomeLabel(outcome) as OutcomeLabel,
    about,
    client: clientOf(outcome),
    mayBeProcessed: !isUnprocessed(outcome),
    fallsBack: mayFallBack(outcome, { method: 'GET', isUntouched: true }, { access: 'read', fallback: true }),
  }));
}

function clientOf(outcome: ForwardOutcome): OutcomeRow['client'] {
  if (outcome.kind === 'completed') return { kind: 'own' };
  if (outcome.kind === 'client-aborted') return { kind: 'gone' };
  const document = problemOf(outcome, 'extracted');
  if (document) return { kind: 'problem', status: document.status, type: document.type };
  return { kind: isAnswered(outcome) ? 'broken' : 'gone' };
}
