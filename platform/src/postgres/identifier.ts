import { BanyanError } from '../banyan-error.ts';

/**
 * Quotes a constant name, part by part, so that reserved words work: `banyan.row_version` becomes `"banyan"."row_version"`.
 *
 * @throws {BanyanError} IDENTIFIER_INVALID for anything but lower-case letters, digits, `_` and `.`: names never come from input
 */
export function quoteIdentifier(name: string): string {
  if (!/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*$/.test(name))
    throw new BanyanError('IDENTIFIER_INVALID', `"${name}" is no plain lower-case SQL name.`, {
      remedy: 'Use lower-case letters, digits and _; a schema goes before a dot.',
      concerning: name,
    });
  return name
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');
}
