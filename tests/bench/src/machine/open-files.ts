import { readFileSync } from 'node:fs';

/** Room for what a process holds open besides the connections. */
const reservedCount = 500;

/** How many connections one process may hold here: the hard limit, to which Node raises itself when it starts. */
export function connectionLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return hard === 'unlimited' ? Infinity : Number(hard) - reservedCount;
}
