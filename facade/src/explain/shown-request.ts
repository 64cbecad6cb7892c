/** A request as it would reach the side, with what is secret left out; for people. */
export interface ShownRequest {
  readonly method: string;
  readonly target: string;
  /** In the order in which they would be sent; duplicates stay. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

export interface OutgoingRequest {
  readonly method: string;
  readonly target: string;
  /** Flat: name, value, name, value. */
  readonly headers: readonly string[];
}

const secretNames =
  /^(?:authorization|proxy-authorization|cookie|set-cookie)$|token|secret|passw|api[-_]?key|credential|session|signature/i;
const hidden = '[redacted]';

export function showRequest({ method, target, headers }: OutgoingRequest): ShownRequest {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index], headers[index + 1]];
    pairs.push([name, secretNames.test(name) ? hidden : value]);
  }
  return { method, target: showTarget(target), headers: pairs };
}

/** Values of parameters whose name is that of a secret are left out, and so is a query that names nothing. */
function showTarget(target: string): string {
  const at = target.indexOf('?');
  if (at < 0) return target;
  return `${target.slice(0, at)}?${target
    .slice(at + 1)
    .split('&')
    .map(showParameter)
    .join('&')}`;
}

function showParameter(pair: string): string {
  const at = pair.indexOf('=');
  if (at < 0) return pair === '' ? '' : hidden;
  return secretNames.test(pair.slice(0, at)) ? `${pair.slice(0, at)}=${hidden}` : pair;
}
