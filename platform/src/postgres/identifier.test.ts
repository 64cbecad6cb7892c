import { describe, expect, test } from 'vitest';
import { quoteIdentifier } from './identifier.ts';

describe('a name in SQL', () => {
  test.each([
    ['trip', '"trip"'],
    ['user', '"user"'],
    ['banyan.row_version', '"banyan"."row_version"'],
    ['_x9', '"_x9"'],
  ])('%s is quoted as %s', (name, quoted) => {
    expect(quoteIdentifier(name)).toBe(quoted);
  });

  test.each(['', 'Trip', '9x', 'a b', 'a"b', 'a;b', 'a..b', '.a', 'a.', 'a-b', 'ä', 'a\n'])(
    '"%s" is refused',
    (name) => {
      expect(() => quoteIdentifier(name)).toThrow(expect.objectContaining({ code: 'IDENTIFIER_INVALID' }));
    },
  );
});
