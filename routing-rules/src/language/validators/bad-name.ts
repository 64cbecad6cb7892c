import type { Finding, KeyPath } from '../../problem/finding.ts';
import { nameAdvice, namePattern } from '../rules-schema.ts';
import { headerNameAdvice, headerNamePattern } from '../schema/header-names.ts';
import { headerChangesOf } from './transform-layers.ts';
import { capabilitiesOf, routesOf, upstreamsOf, type Validator } from './validator.ts';

/** Names that are keys: of upstreams, capabilities and headers. */
export const badName: Validator = (draft) => [
  ...[...upstreamsOf(draft), ...capabilitiesOf(draft)].flatMap(({ path }) => check(path, namePattern, nameAdvice)),
  ...routesOf(draft).flatMap(({ rule, path }) =>
    Object.keys(rule.headers ?? {}).flatMap((header) =>
      check([...path, 'headers', header], headerNamePattern, headerNameAdvice),
    ),
  ),
  ...headerChangesOf(draft).flatMap(({ changes, path }) =>
    Object.keys(changes.set ?? {}).flatMap((header) =>
      check([...path, 'set', header], headerNamePattern, headerNameAdvice),
    ),
  ),
];

function check(path: KeyPath, pattern: RegExp, remedy: string): readonly Finding[] {
  const key = String(path.at(-1));
  if (pattern.test(key)) return [];
  return [{ code: 'bad-name', path, isAboutKey: true, message: `"${key}" is no name that can stand here.`, remedy }];
}
