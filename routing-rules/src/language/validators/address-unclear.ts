import type { Finding } from '../../problem/finding.ts';
import { upstreamsOf, type Validator } from './validator.ts';

/** An upstream has one address or a list of different ones, of one scheme. */
export const addressUnclear: Validator = (draft) =>
  upstreamsOf(draft).flatMap(({ rule: { url, urls }, path }): readonly Finding[] => {
    if (url === undefined && urls === undefined) {
      const remedy = 'Add it, or "urls" for several instances. Scheme, host and port, such as http://legacy:3000.';
      return [{ code: 'missing', path: [...path, 'url'], message: '"url" is missing.', remedy }];
    }
    if (url !== undefined && urls !== undefined) {
      const message = 'The upstream has "url" and "urls".';
      return [{ code: 'address-unclear', path: [...path, 'urls'], message, remedy: 'Keep one of the two.' }];
    }
    const fault = faultOf((urls ?? []).filter((one) => one !== undefined).filter((one) => URL.canParse(one)));
    return fault === undefined ? [] : [{ code: 'address-unclear', path: [...path, 'urls'], ...fault }];
  });

function faultOf(urls: readonly string[]): Pick<Finding, 'message' | 'remedy'> | undefined {
  const origins = urls.map((url) => new URL(url).origin);
  if (new Set(origins).size < origins.length)
    return { message: 'Two of the addresses are the same.', remedy: 'Name each instance once.' };
  if (new Set(origins.map((origin) => new URL(origin).protocol)).size > 1)
    return { message: 'Some of the addresses are http, some are https.', remedy: 'Make two upstreams of them.' };
  return undefined;
}
