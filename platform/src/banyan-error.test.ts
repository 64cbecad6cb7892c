import { describe, expect, test } from 'vitest';
import { BanyanError, codeOf, messageOf } from './banyan-error.ts';

describe('an error of ours', () => {
  test('carries a code, the thing concerned, a remedy and its cause', () => {
    const cause = new RangeError('too far');
    const err = new BanyanError('SLOT_LOST', 'Slot "a" is gone.', { remedy: 'Make it.', concerning: 'a', cause });
    expect(err).toMatchObject({ name: 'BanyanError', code: 'SLOT_LOST', concerning: 'a', remedy: 'Make it.', cause });
  });

  test('has no cause of its own when it is given none', () => {
    expect(new BanyanError('X', 'x', { remedy: 'y' })).not.toHaveProperty('cause');
  });
});

describe('the code of anything that was thrown', () => {
  test.each([
    [Object.assign(new TypeError('x'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new BanyanError('SLOT_LOST', 'x', { remedy: 'y' }), 'SLOT_LOST'],
    [{ code: '40001' }, '40001'],
    [{ code: 23 }, ''],
    [new TypeError('x'), ''],
    [null, ''],
    ['ECONNREFUSED', ''],
  ])('%o gives "%s"', (thrown, code) => {
    expect(codeOf(thrown)).toBe(code);
  });
});

describe('the message of anything that was thrown', () => {
  test('of an aggregate without a message is that of its parts', () => {
    expect(messageOf(new AggregateError([new TypeError('over ::1'), new TypeError('over 127.0.0.1')]))).toBe(
      'over ::1; over 127.0.0.1',
    );
  });

  test('of something that is no error is its text', () => {
    expect(messageOf('plain')).toBe('plain');
  });
});
