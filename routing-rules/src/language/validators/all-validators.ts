import { accessUnclear } from './access-unclear.ts';
import { addressUnclear } from './address-unclear.ts';
import { aggregateInAggregate } from './aggregate-in-aggregate.ts';
import { aggregateStandsAlone } from './aggregate-stands-alone.ts';
import { anyAmongOthers } from './any-among-others.ts';
import { badCookieScope } from './bad-cookie-scope.ts';
import { badHeaderValue } from './bad-header-value.ts';
import { badHost } from './bad-host.ts';
import { badMediaType } from './bad-media-type.ts';
import { badName } from './bad-name.ts';
import { badPart } from './bad-part.ts';
import { badPattern } from './bad-pattern.ts';
import { badRewrite } from './bad-rewrite.ts';
import { badTls } from './bad-tls.ts';
import { badUrl } from './bad-url.ts';
import { cacheNeedsGet } from './cache-needs-get.ts';
import { duplicateId } from './duplicate-id.ts';
import { handoverNotAvailable } from './handover-not-available.ts';
import { limitByCookie } from './limit-by-cookie.ts';
import { limitLifted } from './limit-lifted.ts';
import { loopToItself } from './loop-to-itself.ts';
import { mirrorNeedsUpstream } from './mirror-needs-upstream.ts';
import { mirrorNeverCopies } from './mirror-never-copies.ts';
import { mirrorToItself } from './mirror-to-itself.ts';
import { mirrorWritesToLive } from './mirror-writes-to-live.ts';
import { percentWithoutStickiness } from './percent-without-stickiness.ts';
import { reservedHeader } from './reserved-header.ts';
import { scopeParameterMissing } from './scope-parameter-missing.ts';
import { sideNeverServed } from './side-never-served.ts';
import { twoTargets } from './two-targets.ts';
import { unknownCapability } from './unknown-capability.ts';
import { unknownUpstream } from './unknown-upstream.ts';
import { unreachableRoute } from './unreachable-route.ts';
import type { Validator } from './validator.ts';
import { writeWithoutOwner } from './write-without-owner.ts';
import { wrongSide } from './wrong-side.ts';

/** One per kind of mistake; the order does not matter, problems are sorted by their place. */
export const validators: readonly Validator[] = [
  accessUnclear,
  addressUnclear,
  aggregateInAggregate,
  aggregateStandsAlone,
  anyAmongOthers,
  badCookieScope,
  badHeaderValue,
  badHost,
  badMediaType,
  badName,
  badPart,
  badPattern,
  badRewrite,
  badTls,
  badUrl,
  cacheNeedsGet,
  duplicateId,
  handoverNotAvailable,
  limitByCookie,
  limitLifted,
  loopToItself,
  mirrorNeedsUpstream,
  mirrorNeverCopies,
  mirrorToItself,
  mirrorWritesToLive,
  percentWithoutStickiness,
  reservedHeader,
  scopeParameterMissing,
  sideNeverServed,
  twoTargets,
  unknownCapability,
  unknownUpstream,
  unreachableRoute,
  writeWithoutOwner,
  wrongSide,
];
