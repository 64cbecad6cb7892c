import { BanyanError, policyFor } from '@banyan/platform';
import { expect, test } from 'vitest';
import { refusedBy, unreadableMessage } from './failure.ts';

/** As node-postgres throws it: the server's fields on an error. */
const serverError = (fields: object) => Object.assign(new TypeError('says: "a secret"'), fields);

test('a refusal of the server names what it names, and quotes nothing', () => {
  const err = serverError({
    code: '23505',
    constraint: 'item_label_key',
    table: 'item',
    detail: 'Key (label)=(a secret)',
  });
  expect(refusedBy(err)).toEqual({
    code: '23505',
    message: 'The target refuses the row, constraint item_label_key, table item.',
    remedy: policyFor(err).remedy,
  });
});

test('a bug is told by the kind of its error alone', () => {
  expect(refusedBy(new RangeError('a secret'))).toMatchObject({
    code: 'SINK_UNEXPECTED',
    message: 'Applying it threw RangeError.',
  });
});

test('our own errors keep their words', () => {
  const err = new BanyanError('STORE_KEY_INVALID', 'Column "id" is no int4.', { remedy: 'Name it.' });
  expect(refusedBy(err)).toEqual({ code: 'STORE_KEY_INVALID', message: 'Column "id" is no int4.', remedy: 'Name it.' });
});

test('what a parser quotes is cut from the reason', () => {
  const { message } = unreadableMessage(`Unexpected token 's', "{"name": secret}" is not valid JSON`);
  expect(message).toBe(`The message is no change event: Unexpected token 's', "..." is not valid JSON.`);
});
