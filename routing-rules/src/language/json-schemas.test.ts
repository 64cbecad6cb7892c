import { format } from 'prettier';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { casesSchema } from '../cases/cases-schema.ts';
import { rulesSchema } from './rules-schema.ts';

// Written anew by `npx vitest run --project unit routing-rules -u`.
test.each([
  ['rules.schema.json', rulesSchema],
  ['cases.schema.json', casesSchema],
])('%s, which editors read, says what the validator says', async (name, schema) => {
  const text = JSON.stringify(z.toJSONSchema(schema, { io: 'input' }));
  await expect(await format(text, { parser: 'json', printWidth: 120 })).toMatchFileSnapshot(`../../rules/${name}`);
});
