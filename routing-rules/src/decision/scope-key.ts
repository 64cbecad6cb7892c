import { headerOf } from '../table/route-conditions.ts';
import type { Capability, Route } from '../table/route.ts';
import type { RouteRequest } from '../table/route-request.ts';
import type { Subject } from './ports.ts';

export interface ScopeFacts {
  readonly route: Route;
  readonly capability: Capability;
  readonly params: Readonly<Record<string, string>>;
  readonly request: RouteRequest;
  readonly subject: Subject;
}

/** Key of what moves as one. Never '', which would be one bucket for all nameless calls. */
export function scopeKeyOf({ route: { scope }, capability, params, request, subject }: ScopeFacts): string | undefined {
  switch (scope.from) {
    case 'subject':
      return callerKeyOf(subject, capability);
    case 'path':
      return nonEmpty(params[scope.name]);
    case 'header':
      return nonEmpty(headerOf(request, scope.name));
    default:
      return scope satisfies never;
  }
}

/** Id of the caller; of a caller without identity, the id of its cookie where the capability goes by that. */
function callerKeyOf(subject: Subject, capability: Capability): string | undefined {
  if (subject.kind === 'identified') return nonEmpty(subject.id);
  return capability.anonymous === 'cookie' ? nonEmpty(subject.anonymousId) : undefined;
}

/** By what the caller falls into a share: the cookie that decided before the login goes on deciding after it. */
export function callerBucketKeyOf(subject: Subject, capability: Capability): string | undefined {
  const cookieId = capability.anonymous === 'cookie' ? nonEmpty(subject.anonymousId) : undefined;
  return cookieId ?? callerKeyOf(subject, capability);
}

function nonEmpty(key: string | undefined): string | undefined {
  return key === '' ? undefined : key;
}
