import type { Finding } from '../../problem/finding.ts';
import { upstreamsOf, type UpstreamDraft, type Validator } from './validator.ts';

export const badTls: Validator = (draft) =>
  upstreamsOf(draft).flatMap(({ rule, path }): readonly Finding[] => {
    const fault = faultOf(rule);
    return fault === undefined ? [] : [{ code: 'bad-tls', path: [...path, 'tls'], ...fault }];
  });

function faultOf({ url, urls, tls }: UpstreamDraft): Pick<Finding, 'message' | 'remedy'> | undefined {
  if (!tls) return undefined;
  if ([url, ...(urls ?? [])].some((one) => one?.startsWith('http://') === true))
    return { message: 'The address is http, which has no certificate.', remedy: 'Write https, or leave tls out.' };
  if ((tls.certFile === undefined) !== (tls.keyFile === undefined))
    return { message: 'A certificate and its key belong together.', remedy: 'Name certFile and keyFile, or neither.' };
  if (tls.insecure === true && (tls.caFile !== undefined || tls.serverName !== undefined))
    return {
      message: 'Nothing is checked, so authorities and names mean nothing.',
      remedy: 'Leave insecure out, or caFile and serverName.',
    };
  return undefined;
}
