import type { Finding } from '../../problem/finding.ts';
import { upstreamsOf, type Validator } from './validator.ts';

/** An upstream is scheme, host and port: the path that was decided on is forwarded as it is. */
export const badUrl: Validator = (draft) =>
  upstreamsOf(draft).flatMap(({ rule: { url }, path }): readonly Finding[] => {
    const fault = url === undefined ? undefined : faultOf(url);
    if (fault === undefined) return [];
    const remedy = 'Write scheme, host and port, such as http://legacy:3000.';
    return [{ code: 'bad-url', path: [...path, 'url'], message: `"${withoutPassword(url)}" ${fault}.`, remedy }];
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

function withoutPassword(url: string | undefined): string {
  return (url ?? '').replace(/\/\/[^@/]*@/, '//[secret]@');
}
