import { z } from 'zod';
import { bucketOf } from '@banyan/routing-rules';
import { shareStrategies } from './sticky-share.ts';

/** A strategy of a flag that takes a share, as its definition says it. */
export interface FlagShare {
  readonly strategy: string;
  /** The salt of its buckets; a flag's own name unless somebody chose another one. */
  readonly groupId: string;
  /** What stands in the flag server. The facade goes by the decision's own key, whatever this says. */
  readonly stickiness: string | null;
  readonly percent: number;
}

export interface FlagBucket {
  readonly name: string;
  /** Under the salt of its first share, or under its name where it has none. */
  readonly bucket: number;
  readonly shares: readonly ReachedShare[];
}

/** With the bucket of one key. */
interface ReachedShare extends FlagShare {
  /** 0..9999; the share takes what is below 100 times its percentage. */
  readonly bucket: number;
}

const definitionSchema = z.object({
  strategies: z.array(
    z.object({
      name: z.string(),
      disabled: z.boolean().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});

/** @param definition - as the flag server gave it */
export function sharesOf(definition: unknown, flag: string): readonly FlagShare[] {
  const read = definitionSchema.safeParse(definition);
  if (!read.success) return [];
  return read.data.strategies.flatMap(({ name, disabled, parameters }) => {
    const share = shareStrategies.find((known) => known.name === name);
    if (!share || disabled === true) return [];
    const { groupId, stickiness, [share.percentKey]: percent } = parameters ?? {};
    return {
      strategy: name,
      groupId: textOr(groupId, flag),
      stickiness: textOr(stickiness, '') || null,
      percent: Number(percent) || 0,
    };
  });
}

export function flagBucketOf(
  { name, shares }: { readonly name: string; readonly shares: readonly FlagShare[] },
  key: string,
): FlagBucket {
  const reached = shares.map((share) => ({ ...share, bucket: bucketOf(key, share.groupId) }));
  return { name, bucket: reached[0]?.bucket ?? bucketOf(key, name), shares: reached };
}

function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' && value !== '' ? value : fallback;
}
