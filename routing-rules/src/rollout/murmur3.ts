const c1 = 0xcc9e2d51;
const c2 = 0x1b873593;

/**
 * murmur3_x86_32 as Unleash's Node SDK computes it: over the low byte of each UTF-16 code unit, not over UTF-8.
 * Only so do ids outside ASCII fall into the cohort that the flag server's percentage means for them.
 *
 * @returns 0..4294967295
 * @see murmurhash3js 3.0.1, `x86.hash32`, which unleash-client calls (our vectors: conformance/bucket.json)
 */
export function murmur3(text: string, seed = 0): number {
  const tailStart = text.length - (text.length % 4);
  let hash = seed;
  for (let at = 0; at < tailStart; at += 4) {
    hash ^= scramble(littleEndian(text, at, 4));
    hash = rotateLeft(hash, 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  if (tailStart < text.length) hash ^= scramble(littleEndian(text, tailStart, text.length - tailStart));
  return finalMix(hash ^ text.length) >>> 0;
}

function littleEndian(text: string, start: number, byteCount: number): number {
  let word = 0;
  for (let i = 0; i < byteCount; i++) word |= (text.charCodeAt(start + i) & 0xff) << (8 * i);
  return word;
}

function scramble(word: number): number {
  return Math.imul(rotateLeft(Math.imul(word, c1), 15), c2);
}

function rotateLeft(word: number, bitCount: number): number {
  return (word << bitCount) | (word >>> (32 - bitCount));
}

function finalMix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
