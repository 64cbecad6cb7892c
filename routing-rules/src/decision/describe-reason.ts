import type { Decision, DecisionReason, ReasonKind } from './decision.ts';

type DecidedBy = Pick<Decision, 'reason' | 'flag' | 'bucket' | 'scope'>;
type ReasonOf = { readonly [Reason in DecisionReason as Reason['kind']]: Reason };

/** The reason of a decision as a sentence. */
export function describeReason(decision: DecidedBy): string {
  return sentenceFor(decision.reason.kind, decision.reason, decision);
}

function sentenceFor<Kind extends ReasonKind>(kind: Kind, reason: ReasonOf[Kind], decision: DecidedBy): string {
  return sentences[kind](reason, decision);
}

const sentences: { readonly [Kind in ReasonKind]: (reason: ReasonOf[Kind], decision: DecidedBy) => string } = {
  override: ({ why }) => `A local order beats every flag: ${why}.`,
  stage: ({ stage }) =>
    stage === 'complete'
      ? 'At the stage complete the extracted side serves everybody, whatever the flag says.'
      : `At the stage ${stage} legacy serves everybody, whatever the flag says.`,
  anonymous: () => 'The caller has no identity, and such callers stay on legacy.',
  'no-scope': ({ why }) => `Nothing says what would move: ${why}.`,
  guard: ({ why }) => `The guard sends it back to legacy: ${why}.`,
  ownership: ({ epoch }, { scope = '' }) => `This side owns "${scope}" since epoch ${epoch}.`,
  flag: ({ isEnabled, why }, { flag = '', scope = '' }) =>
    `The flag ${flag} is ${isEnabled ? 'on' : 'off'} for "${scope}": ${why}.`,
  rollout: describeRollout,
  fixed: () => 'The route names its upstream.',
  unmatched: () => 'No route matches, so defaults.upstream serves it.',
};

function describeRollout({ isInside, percent }: ReasonOf['rollout'], { flag = '', bucket }: DecidedBy): string {
  const on = `The flag ${flag} is on`;
  if (bucket === undefined)
    return `${on}, but a caller without identity has no bucket for the ${percent} % of the rules.`;
  return `${on}, and bucket ${bucket} is ${isInside ? 'inside' : 'outside'} the ${percent} % of the rules.`;
}
