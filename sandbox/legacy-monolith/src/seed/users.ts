import { createHash } from 'node:crypto';
import { hashPassword } from '../auth/passwords.ts';
import { toLocalSecond } from '../local-time.ts';
import { minutesBefore, type SeedPlan } from './plan.ts';
import { createRandom } from './random.ts';

const familyNames = ['Kim', 'Lee', 'Park', 'Choi', 'Jung', 'Kang', 'Cho', 'Yoon', 'Jang', 'Lim'] as const;
const givenNames = [
  'Minjun',
  'Seoyeon',
  'Jiho',
  'Haeun',
  'Doyun',
  'Jiwoo',
  'Siwoo',
  'Yuna',
  'Junseo',
  'Soyul',
] as const;

/** User N logs in as `userN@fleet.example` with `banyan-N`; user 1 is the operator. */
export async function makeUsers({ userCount, historyEnd }: SeedPlan) {
  const random = createRandom(1);
  const users = numbers(userCount).map((usr_no) => ({
    usr_no,
    usr_nm: `${random.pick(givenNames)} ${random.pick(familyNames)}`,
    email: `user${usr_no}@fleet.example`,
    usr_typ: usr_no === 1 ? 'O' : 'C',
    reg_dt: toLocalSecond(minutesBefore(historyEnd, random.integer(181 * 1_440, 900 * 1_440))),
  }));
  return Promise.all(users.map(async (user) => ({ ...user, pwd_hash: await samplePassword(user.usr_no) })));
}

export function makeAccounts({ userCount }: SeedPlan) {
  const random = createRandom(2);
  return numbers(userCount).map((usr_no) => ({ usr_no, crdt_amt: random.integer(100, 5_000) * 10 }));
}

export function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

// The salt is derived, not random: two seeds must be equal.
function samplePassword(userNo: number): Promise<string> {
  const salt = createHash('sha256').update(`sample user ${userNo}`).digest().subarray(0, 16);
  return hashPassword(`banyan-${userNo}`, salt);
}
