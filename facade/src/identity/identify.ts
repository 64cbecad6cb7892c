import type { IncomingHttpHeaders } from 'node:http';
import type { TokenVerdict } from '@banyan/platform';
import { limitsOf, type Route, type RouteMatch, type Subject, type SubjectSource } from '@banyan/routing-rules';
import type { IdCookies, KnownId } from './id-cookie.ts';
import { bearerToken, type TokenSubjects } from './token-subjects.ts';

/** Who calls, as far as routing goes. The sides authenticate for themselves: whoever is not known here is passed on all the same. */
export interface Caller {
  readonly subject: Subject;
  /** Few values, for the log: where the subject comes from, or why there is none. */
  readonly source: 'token' | 'header' | 'cookie' | 'nobody' | 'token-refused' | 'keys-unavailable' | 'not-asked';
  /** Value of a `Set-Cookie` header for the answer. */
  readonly setCookie: string | undefined;
}

export interface Approach {
  readonly headers: IncomingHttpHeaders;
  readonly isPeerTrusted: boolean;
  readonly scheme: 'http' | 'https';
}

export interface IdentifyParts {
  /** Undefined: no issuer is configured, no token names anybody. */
  readonly tokens: TokenSubjects | undefined;
  /** Undefined: no id cookies are given or read. */
  readonly cookies: IdCookies | undefined;
}

export type Identify = (approach: Approach, match: RouteMatch) => Caller | Promise<Caller>;

const nobody: Subject = Object.freeze({ kind: 'anonymous' });
const notAsked: Caller = Object.freeze({ subject: nobody, source: 'not-asked', setCookie: undefined });

/** Finds the caller the way the matched route says. Where nothing is decided or counted by the caller, nobody is asked. */
export function createIdentify({ tokens, cookies }: IdentifyParts): Identify {
  return (approach, match) => {
    if (match.kind === 'unmatched' || match.route.target.kind === 'fixed')
      return limitsOf(match)?.requests?.by === 'subject' ? lookUp(subjectOf(match), approach) : notAsked;
    const { route } = match;
    const found = lookUp(route.subject, approach);
    return found instanceof Promise
      ? found.then((caller) => withCookie(caller, route, approach))
      : withCookie(found, route, approach);
  };

  function lookUp(source: SubjectSource, approach: Approach): Caller | Promise<Caller> {
    switch (source.from) {
      case 'token':
        return byToken(approach, source.claim);
      case 'header':
        return byHeader(approach, source.name);
      case 'cookie':
        return byCookie(cookies?.read(approach.headers.cookie));
      default:
        return source satisfies never;
    }
  }

  function byToken({ headers }: Approach, claim: string): Caller | Promise<Caller> {
    const token = bearerToken(headers.authorization);
    if (token === undefined || !tokens) return unknown('nobody');
    const verdict = tokens.verdictOn(token);
    return verdict instanceof Promise ? verdict.then((known) => byVerdict(known, claim)) : byVerdict(verdict, claim);
  }

  function withCookie(caller: Caller, route: Route, approach: Approach): Caller {
    const isWanted = route.target.kind === 'capability' && route.target.capability.anonymous === 'cookie';
    if (!cookies || !isWanted) return caller;
    const known = cookies.read(approach.headers.cookie);
    if (caller.source === 'token' || caller.source === 'header')
      return known ? afterLogin(caller, known, approach) : caller;
    // A new id routes nobody yet: a client that keeps no cookies would change sides with every request.
    if (!known) return { ...caller, setCookie: cookies.issue(cookies.newId(), approach.scheme) };
    const setCookie = known.isWorn ? cookies.issue(known.id, approach.scheme) : undefined;
    const subject: Subject =
      caller.subject.kind === 'identified' ? caller.subject : { kind: 'anonymous', anonymousId: known.id };
    return { subject, source: 'cookie', setCookie };
  }

  /** Shares go on by the id of the cookie: the side that it had before the login is the side that it has after it. */
  function afterLogin(caller: Caller, { id: anonymousId, isWorn }: KnownId, { scheme }: Approach): Caller {
    if (caller.subject.kind === 'anonymous') return caller;
    const setCookie = isWorn ? cookies?.issue(anonymousId, scheme) : undefined;
    return { ...caller, subject: { ...caller.subject, anonymousId }, setCookie };
  }
}

function subjectOf(match: RouteMatch): SubjectSource {
  return match.kind === 'matched' ? match.route.subject : match.subject;
}

function byVerdict(verdict: TokenVerdict, claim: string): Caller {
  if (verdict.kind === 'unknown') return unknown('keys-unavailable');
  if (verdict.kind === 'refused') return unknown('token-refused');
  const id = claim === 'sub' ? verdict.subject : verdict.claims[claim];
  return typeof id === 'string' || typeof id === 'number' ? named(String(id), 'token') : unknown('nobody');
}

/** Only a gateway of ours may say who calls; the header of anybody else is taken out before the side sees it. */
function byHeader({ headers, isPeerTrusted }: Approach, name: string): Caller {
  const id = headers[name];
  // Node joins repeated lines with a comma: that is two callers, so none.
  return isPeerTrusted && typeof id === 'string' && !id.includes(',') ? named(id, 'header') : unknown('nobody');
}

function byCookie(known: KnownId | undefined): Caller {
  return known ? named(known.id, 'cookie') : unknown('nobody');
}

function named(id: string, source: Caller['source']): Caller {
  return id === '' ? unknown('nobody') : { subject: { kind: 'identified', id }, source, setCookie: undefined };
}

function unknown(source: Caller['source']): Caller {
  return { subject: nobody, source, setCookie: undefined };
}
