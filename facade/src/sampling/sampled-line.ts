import {
  bucketOf,
  headerWord,
  segmentName,
  speaksMediaType,
  type FlagReader,
  type KeyFacts,
  type RouteRequest,
  type RuleWords,
  type SampledRequest,
  type Subject,
} from '@banyan/routing-rules';
import type { Passing } from './passing.ts';

export type WordSets = { readonly [Kind in keyof RuleWords]: ReadonlySet<string> };

export interface Includes {
  /** Ids of callers and other scopes as they are. */
  readonly subjects: boolean;
  /** Segments of paths as they are. */
  readonly paths: boolean;
}

export interface LineParts {
  readonly words: WordSets;
  readonly includes: Includes;
  readonly flags: FlagReader;
  /** Keyed: another sample gives the same text another pseudonym. */
  readonly pseudonymOf: (text: string) => string;
}

type KeysOfLine = Record<string, KeyFacts>;

/**
 * A line of a sample. By default nothing in it was written by the client but the method, the host, and names of headers and
 * query parameters: what no rule says stands as a pseudonym, or not at all.
 */
export function sampledLine({ asked, decision, caller, approach }: Passing, parts: LineParts): SampledRequest {
  const { routeRequest: request, query } = asked;
  const keys: KeysOfLine = {};
  return {
    kind: 'request',
    method: request.method,
    path: pathIn(request.path, keys, parts),
    host: request.host,
    headerNames: headerNamesIn(approach.headers),
    queryNames: queryNamesIn(query),
    headers: headersIn(request, keys, parts),
    caller: callerIn(caller.subject, keys, parts),
    keys,
    decided: { route: decision.routeId ?? null, side: decision.side, reason: decision.reason.kind },
  };
}

function pathIn(path: string, keys: KeysOfLine, parts: LineParts): string {
  let parent = '';
  const written = path.split('/').map((segment) => {
    if (segment === '') return '';
    const shown = segmentIn(segment, parent, keys, parts);
    parent = segmentName(segment).toLowerCase();
    return shown;
  });
  return written.join('/');
}

function segmentIn(segment: string, parent: string, keys: KeysOfLine, parts: LineParts): string {
  const { words, includes, pseudonymOf } = parts;
  const name = segmentName(segment);
  // Without its parameters: `;jsessionid=…` is a credential.
  const [plain = ''] = segment.split(';', 1);
  if (plain !== '' && words.segments.has(name.toLowerCase())) return plain;
  const isScope = words.scopeParents.has(parent);
  const isShown = plain !== '' && (includes.paths || (isScope && includes.subjects));
  const shown = isShown ? plain : pseudonymOf(name);
  if (isScope) noteKey(keys, isShown ? name : shown, name, parts);
  return shown;
}

function headersIn(request: RouteRequest, keys: KeysOfLine, parts: LineParts): Record<string, string> {
  const { words } = parts;
  const spoken = [...words.mediaTypes].filter((mediaType) => speaksMediaType(request, mediaType));
  const headers: Record<string, string> = spoken.length === 0 ? {} : { accept: spoken.join(', ') };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    if (typeof value !== 'string' || value === '') continue;
    if (words.headers.has(headerWord(name, value))) headers[name] = value;
    else if (words.scopeHeaders.has(name)) headers[name] = keyIn(value, keys, parts);
  }
  return headers;
}

/** A scope's key as it stands in the sample. */
function keyIn(key: string, keys: KeysOfLine, parts: LineParts): string {
  const written = parts.includes.subjects ? key : parts.pseudonymOf(key);
  noteKey(keys, written, key, parts);
  return written;
}

function callerIn(subject: Subject, keys: KeysOfLine, parts: LineParts): SampledRequest['caller'] {
  const id = subject.kind === 'identified' ? subject.id : subject.anonymousId;
  if (id === undefined || id === '') return { kind: 'anonymous' };
  return { kind: subject.kind, key: keyIn(id, keys, parts) };
}

function noteKey(keys: KeysOfLine, written: string, key: string, { words, flags }: LineParts): void {
  keys[written] = {
    buckets: Object.fromEntries([...words.salts].map((salt) => [salt, bucketOf(key, salt)])),
    flags: Object.fromEntries([...words.flags].map((flag) => [flag, flags.isEnabled(flag, key).isEnabled])),
  };
}

const headerName = /^[a-z][a-z0-9-]{0,63}$/;
const queryName = /^[a-z_][\w.-]{0,63}$/i;
const nameCount = 64;

function headerNamesIn(headers: Passing['approach']['headers']): string[] {
  return Object.keys(headers)
    .filter((name) => headerName.test(name) && !name.startsWith('x-banyan-'))
    .slice(0, nameCount);
}

/** A text without `=` is no name of a parameter: it may be a token. */
function queryNamesIn(query: string): string[] {
  const names = query
    .slice(1)
    .split('&')
    .filter((pair) => pair.includes('='))
    .map((pair) => pair.slice(0, pair.indexOf('=')));
  return [...new Set(names)].filter((name) => queryName.test(name)).slice(0, nameCount);
}
