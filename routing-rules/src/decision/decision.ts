import type { Access } from '../language/access.ts';
import type { Side, Stage } from '../language/rules-document.ts';
import type { Destination, Timeouts, Upstream } from '../table/route.ts';
import type { Transform } from '../table/transform.ts';

/** Why a request goes where it goes; `kind` has few values and may be a metric's label. */
export type DecisionReason =
  | { readonly kind: 'override'; readonly why: string }
  | { readonly kind: 'stage'; readonly stage: Stage }
  /** The caller has no identity, and the capability keeps such callers on legacy. */
  | { readonly kind: 'anonymous' }
  /** The header that names the scope did not come. */
  | { readonly kind: 'no-scope'; readonly why: string }
  | { readonly kind: 'guard'; readonly why: string }
  | { readonly kind: 'ownership'; readonly epoch: number }
  | { readonly kind: 'flag'; readonly isEnabled: boolean; readonly why: string }
  /** The flag said yes, the rule's own percentage decided. */
  | { readonly kind: 'rollout'; readonly isInside: boolean; readonly percent: number }
  /** The route names its upstream. */
  | { readonly kind: 'fixed' }
  | { readonly kind: 'unmatched' };

export type ReasonKind = DecisionReason['kind'];

/** Where one request goes; made once, frozen, and the same for all that happens to the request. */
export interface Decision {
  readonly side: Side;
  readonly upstream: Upstream;
  readonly timeouts: Timeouts;
  /** How the request is brought into the shape of its side; undefined where it goes as it is. */
  readonly transform: Transform | undefined;
  /** Legacy, when the extracted side was chosen and legacy still serves this capability; undefined otherwise. */
  readonly fallback: Destination | undefined;
  /** Undefined when no route matched. */
  readonly routeId: string | undefined;
  readonly capability: string | undefined;
  readonly access: Access;
  /** The key of what moves as one, such as the user's id; undefined where nothing moves or nobody is known. */
  readonly scope: string | undefined;
  /** Id of the verified caller. */
  readonly subject: string | undefined;
  readonly reason: DecisionReason;
  /** The flag that was asked. */
  readonly flag: string | undefined;
  /** 0..9999, when the rule's own percentage was asked. */
  readonly bucket: number | undefined;
}
