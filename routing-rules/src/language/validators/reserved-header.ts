import type { Finding } from '../../problem/finding.ts';
import { headerChangesOf, type PlacedChanges } from './transform-layers.ts';
import { routesOf, type RulesDraft, type Validator } from './validator.ts';

/**
 * What frames a message, belongs to one connection, or is what the facade itself says about a request.
 * @see RFC 9110 7.6.1; the facade takes these out, or writes them, whatever a rule says
 */
const reserved: ReadonlySet<string> = new Set([
  ...['host', 'content-length', 'transfer-encoding', 'te', 'trailer', 'expect', 'content-range', 'date', 'age'],
  ...['connection', 'keep-alive', 'upgrade', 'proxy-connection', 'http2-settings', 'alt-svc', 'close', 'alpn'],
  ...['proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info', 'proxy-features', 'proxy-instruction'],
  ...['forwarded', 'x-request-id', 'traceparent', 'tracestate', 'x-real-ip'],
]);

export const reservedHeader: Validator = (draft) => {
  const gatewayNames = gatewayNamesOf(draft);
  return headerChangesOf(draft).flatMap(({ direction, changes, path }): readonly Finding[] => [
    ...Object.keys(changes.set ?? {}).flatMap((name): readonly Finding[] => {
      const why = whyReserved(name, direction, gatewayNames) ?? whyNotSet(name, direction);
      return why === undefined ? [] : [{ ...finding(name, why), path: [...path, 'set', name], isAboutKey: true }];
    }),
    ...(changes.remove ?? []).flatMap((name, index): readonly Finding[] => {
      const why = name === undefined ? undefined : whyReserved(name, direction, gatewayNames);
      return why === undefined ? [] : [{ ...finding(name ?? '', why), path: [...path, 'remove', index] }];
    }),
  ]);
};

function whyReserved(
  name: string,
  direction: PlacedChanges['direction'],
  gatewayNames: ReadonlySet<string>,
): string | undefined {
  // CGI-like servers read `X_Forwarded_For` as `X-Forwarded-For`.
  const plain = name.replaceAll('_', '-');
  if (reserved.has(plain) || plain.startsWith('x-forwarded-') || plain.startsWith('x-banyan-'))
    return 'belongs to the connection, or is written by the facade itself';
  return direction === 'request' && gatewayNames.has(plain) ? 'names the caller' : undefined;
}

function whyNotSet(name: string, direction: PlacedChanges['direction']): string | undefined {
  const isCookie = direction === 'answer' && name === 'set-cookie';
  return isCookie ? 'would give every caller the same cookie in the place of all others' : undefined;
}

/** Headers by which a trusted gateway says who calls: a rule that sets one would make everybody that caller. */
function gatewayNamesOf(draft: RulesDraft): ReadonlySet<string> {
  const sources = [draft.defaults?.subject, ...routesOf(draft).map(({ rule }) => rule.subject)];
  const names = sources.flatMap((source) => (source?.from === 'header' ? (source.name ?? []) : []));
  return new Set(names.map((name) => name.replaceAll('_', '-')));
}

function finding(name: string, why: string): Omit<Finding, 'path'> {
  return {
    code: 'reserved-header',
    message: `The header "${name}" ${why}.`,
    remedy: 'Leave it out; use a name of your own.',
  };
}
