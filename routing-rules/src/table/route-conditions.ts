import type { RouteRequest } from './route-request.ts';

/** What a request must have besides host, method and the shape of its path. */
export interface RouteConditions {
  /** Segments whose case matters. */
  readonly spelling: readonly { readonly index: number; readonly name: string }[];
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly mediaType: string | undefined;
}

/** The first condition that the request does not fulfil, in words; undefined when it fulfils all. */
export function unmetCondition(
  conditions: RouteConditions,
  names: readonly string[],
  request: RouteRequest,
): string | undefined {
  for (const { index, name } of conditions.spelling) if (names[index] !== name) return `"${name}" is spelled otherwise`;
  for (const { name, value } of conditions.headers)
    if (headerOf(request, name) !== value) return `the header ${name} is not "${value}"`;
  const { mediaType } = conditions;
  return mediaType === undefined || speaksMediaType(request, mediaType)
    ? undefined
    : `${mediaType} is neither accepted nor sent`;
}

/** Value of a header that came once; whatever else stands under a name, such as "constructor", is no text. */
export function headerOf({ headers }: RouteRequest, name: string): string | undefined {
  const value = headers?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Whether `Accept` names the type itself (wildcards name no version), or `Content-Type` is it. */
export function speaksMediaType(request: RouteRequest, mediaType: string): boolean {
  if (essenceOf(headerOf(request, 'content-type') ?? '') === mediaType) return true;
  return (headerOf(request, 'accept') ?? '')
    .split(',')
    .some((range) => essenceOf(range) === mediaType && !isRefused(range));
}

function essenceOf(mediaRange: string): string {
  return (mediaRange.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/** RFC 9110 12.4.2: a weight of 0 means "not acceptable". */
function isRefused(mediaRange: string): boolean {
  return mediaRange.split(';').some((parameter) => {
    const [name = '', weight = ''] = parameter.split('=', 2);
    return name.trim().toLowerCase() === 'q' && Number(weight.trim()) === 0;
  });
}
