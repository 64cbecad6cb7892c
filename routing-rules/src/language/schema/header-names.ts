import { z } from 'zod';

export const headerNamePattern = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;
export const headerNameAdvice = 'Write header names in lower case, without spaces or colons.';

export const headerName = z
  .string()
  .regex(headerNamePattern, headerNameAdvice)
  .describe('Name of a header, in lower case.');

/** For keys of records, which the validator `bad-name` checks. */
export const headerKey = z
  .string()
  .meta({ pattern: headerNamePattern.source, description: 'Name of a header, in lower case.' });
