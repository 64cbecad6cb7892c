import { describe, expect, test } from 'vitest';
import { firmwareChange, newVehicle } from './vehicles.ts';

const given = {
  plate: '12가 3456',
  model: 'Sprout',
  vin: 'KMHXX00XXXX000001',
  energy: { kind: 'battery', percent: 80 },
};

const badFields = (value: unknown): readonly string[] =>
  newVehicle.safeParse(value).error?.issues.map(({ path }) => path.join('.')) ?? [];

describe('a new vehicle', () => {
  test.each([{}, { firmwareVersion: null }, { energy: { kind: 'fuel', litres: 0 } }])(
    'may be given with %o',
    (over) => {
      expect(badFields({ ...given, ...over })).toEqual([]);
    },
  );

  test.each([
    [{ plate: '1234567890123' }, ['plate']],
    [{ model: ' ' }, ['model']],
    [{ vin: 'KMHXX00XXXX0000012' }, ['vin']],
    [{ energy: { kind: 'battery', percent: 101 } }, ['energy.percent']],
    [{ energy: { kind: 'battery', litres: 1 } }, ['energy.percent']],
    [{ energy: { kind: 'fuel', litres: -1 } }, ['energy.litres']],
    [{ energy: { kind: 'steam' } }, ['energy.kind']],
    [{ plate: '', energy: null }, ['plate', 'energy']],
  ])('may not be given with %o', (over, paths) => {
    expect(badFields({ ...given, ...over })).toEqual(paths);
  });
});

describe('a firmware version', () => {
  test.each(['0.0.0', '1.2.3', '10.200.3000'])('may be %s', (version) => {
    expect(firmwareChange.safeParse({ version }).success).toBe(true);
  });

  test.each(['1.2', '1.2.3.4', 'v1.2.3', '1.2.3-beta', '1.2.x', '', `1.2.${'3'.repeat(20)}`])(
    'may not be "%s"',
    (version) => {
      expect(firmwareChange.safeParse({ version }).success).toBe(false);
    },
  );
});
