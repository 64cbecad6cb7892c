import { randomFillSync } from 'node:crypto';

const pool = Buffer.allocUnsafe(8_192);
let usedBytes = pool.length;

/** Random bytes as hex digits. From a pool, because each call into the kernel's generator costs more than a kilobyte of it. */
export function randomHex(sizeBytes: number): string {
  if (usedBytes + sizeBytes > pool.length) {
    randomFillSync(pool);
    usedBytes = 0;
  }
  usedBytes += sizeBytes;
  return pool.toString('hex', usedBytes - sizeBytes, usedBytes);
}
