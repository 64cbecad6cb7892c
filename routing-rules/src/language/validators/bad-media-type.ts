import type { Finding } from '../../problem/finding.ts';
import { routesOf, type Validator } from './validator.ts';

const mediaTypePattern = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

export const badMediaType: Validator = (draft) =>
  routesOf(draft).flatMap(({ rule: { mediaType }, path }): readonly Finding[] => {
    if (mediaType === undefined || mediaTypePattern.test(mediaType)) return [];
    const remedy = 'Write type and subtype in lower case, without parameters, such as application/vnd.fleet.v2+json.';
    const message = `"${mediaType}" is no media type.`;
    return [{ code: 'bad-media-type', path: [...path, 'mediaType'], message, remedy }];
  });
