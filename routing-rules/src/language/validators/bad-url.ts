import type { Finding } from '../../problem/finding.ts';
import { upstreamUrls } from './upstream-urls.ts';
import type { Validator } from './validator.ts';

/** An upstream is scheme, host and port: the path that was decided on is forwarded as it is. */
export const badUrl: Validator = (draft) =>
  upstreamUrls(draft).flatMap(({ url, path }): readonly Finding[] => {
    const fault = faultOf(url);
    if (fault === undefined) return [];
    const remedy = 'Write scheme, host and port, such as http://legacy:3000.';
    return [{ code: 'bad-url', path, message: `"${withoutPassword(url)}" ${fault}.`, remedy }];
  });

function faultOf(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'is neither http nor https';
  if (url.username !== '' || url.password !== '') return 'carries credentials';
  return url.pathname !== '/' || url.search !== '' || url.hash !== ''
    ? 'has more than scheme, host and port'
    : undefined;
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//[secret]@');
}
