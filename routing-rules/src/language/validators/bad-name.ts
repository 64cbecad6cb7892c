import type { Finding, KeyPath } from '../../problem/finding.ts';
import { headerNameAdvice, headerNamePattern, nameAdvice, namePattern } from '../rules-schema.ts';
import { capabilitiesOf, routesOf, upstreamsOf, type Validator } from './validator.ts';

/** Names that are keys: of upstreams, capabilities and headers. */
export const badName: Validator = (draft) => [
  ...[...upstreamsOf(draft), ...capabilitiesOf(draft)].flatMap(({ path }) => check(path, namePattern, nameAdvice)),
  ...routesOf(draft).flatMap(({ rule, path }) =>
    Object.keys(rule.headers ?? {}).flatMap((header) =>
      check([...path, 'headers', header], headerNamePattern, headerNameAdvice),
    ),
  ),
];

function check(path: KeyPath, pattern: RegExp, remedy: string): readonly Finding[] {
  const key = String(path.at(-1));
  if (pattern.test(key)) return [];
  return [{ code: 'bad-name', path, isAboutKey: true, message: `"${key}" is no name that can stand here.`, remedy }];
}
