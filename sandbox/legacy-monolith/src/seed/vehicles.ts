import { toLocalSecond } from '../local-time.ts';
import { randomPlace } from './places.ts';
import { busyVehicleNo, historyDays, minutesBefore, type SeedPlan } from './plan.ts';
import { createRandom, type Random } from './random.ts';
import { numbers } from './users.ts';

const models = ['IONIQ 5 AV', 'EV6 AV', 'Solati AV', 'Staria AV', 'Roii Shuttle'] as const;
const firmwares = ['1.8.3', '1.9.0', '2.0.1', '2.1.0', '2.1.4'] as const;
const plateLetters = ['가', '나', '다', '라', '마', '거', '너', '더', '러', '머'] as const;

export function makeVehicles(plan: SeedPlan) {
  const random = createRandom(3);
  const busy = new Set(Array.from({ length: plan.openCount }, (_, index) => busyVehicleNo(index, plan)));
  return numbers(plan.vehicleCount).map((vhcl_no) => {
    const isElectric = random.chance(0.6);
    const { lat, lon } = randomPlace(random);
    const isBusy = busy.has(vhcl_no);
    const seenAt = minutesBefore(plan.historyEnd, random.integer(5, 7_200));
    return {
      vhcl_no,
      plate_no: plate(vhcl_no),
      mdl_nm: random.pick(models),
      vin_no: `KMHAV${String(random.integer(0, 999)).padStart(3, '0')}${String(vhcl_no).padStart(9, '0')}`,
      pwr_typ: isElectric ? 'E' : 'G',
      aux_val: isElectric ? random.decimal(4, 100, 2) : random.decimal(0.5, 15, 2),
      stat_cd: idleStatus(random, isBusy),
      odo_mi: random.decimal(200, 90_000, 1),
      fw_ver: random.pick(firmwares),
      lat,
      lon,
      lst_seen_dt: toLocalSecond(isBusy ? plan.now : seenAt),
      reg_dt: toLocalSecond(minutesBefore(plan.historyEnd, random.integer(181 * 1_440, 900 * 1_440))),
      upd_dt: toLocalSecond(isBusy ? plan.now : seenAt),
    };
  });
}

export function makeSensors({ vehicleCount, historyEnd }: SeedPlan) {
  const random = createRandom(4);
  const sensors = numbers(vehicleCount).flatMap((vhcl_no) =>
    sensorTypes(random).map((snsr_typ) => ({
      vhcl_no,
      snsr_typ,
      srl_no: `${snsr_typ}-${random.integer(100_000, 999_999)}`,
      stat: sensorStat(random.next()),
      cal_dt: random.chance(0.9) ? toLocalSecond(minutesBefore(historyEnd, random.integer(0, 400_000))) : null,
    })),
  );
  return sensors.map((sensor, index) => ({ snsr_no: index + 1, ...sensor }));
}

export function makeDiagnostics({ vehicleCount, historyEnd }: SeedPlan) {
  const random = createRandom(5);
  const minutesAgo = numbers(Math.round(vehicleCount * 1.5)).map(() => random.integer(0, historyDays * 1_440));
  return minutesAgo
    .sort((a, b) => b - a)
    .map((minutes, index) => ({
      diag_no: index + 1,
      vhcl_no: random.integer(1, vehicleCount),
      ...random.pick(findings),
      rpt_dt: toLocalSecond(minutesBefore(historyEnd, minutes)),
    }));
}

const findings = [
  { diag_cd: 'SW-0101', sev: 1, msg: 'Firmware check passed' },
  { diag_cd: 'TYR-0210', sev: 2, msg: 'Tyre pressure low, rear left' },
  { diag_cd: 'CAM-0307', sev: 2, msg: 'Camera lens dirty' },
  { diag_cd: 'BRK-0902', sev: 3, msg: 'Brake wear beyond limit' },
] as const;

/** 41 and 9000 have no common divisor: no two of the first 9000 plates are alike. */
function plate(vehicleNo: number): string {
  const letter = plateLetters[vehicleNo % plateLetters.length] ?? plateLetters[0];
  return `${10 + (vehicleNo % 90)}${letter}${1_000 + ((vehicleNo * 41) % 9_000)}`;
}

function idleStatus(random: Random, isBusy: boolean): number {
  const roll = random.next();
  if (isBusy) return 2;
  if (roll < 0.04) return 9;
  return roll < 0.12 ? 3 : 1;
}

function sensorTypes(random: Random): readonly string[] {
  return ['L', 'C', 'G', 'R', 'I'].slice(0, random.integer(3, 5));
}

function sensorStat(roll: number): string {
  if (roll < 0.02) return 'F';
  return roll < 0.08 ? 'D' : 'O';
}
