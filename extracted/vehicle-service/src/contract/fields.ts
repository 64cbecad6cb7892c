import { fields } from '@banyan/platform';
import { z } from 'zod';

/** The id of a page's last item. Part of the contract: a page begun on one side may be continued on the other. */
export const idCursor = z.tuple([fields.id]);

/** Degrees (WGS 84), six decimals at most: 11 cm. */
export const place = z.object({ lat: degrees(90), lon: degrees(180) }).meta({ id: 'Place' });

function degrees(limit: number) {
  return z.number().min(-limit).max(limit);
}
