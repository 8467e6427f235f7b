import { Gaps, Hours } from '../../../lib/discovery/input/coverage';
import { missingHours } from '../../../lib/discovery/input/missing-hours';

const NINE = Date.UTC(2026, 10, 23, 9);
const HOUR = 3_600_000;

describe('hours without a file', () => {
  test.each([
    ['Azure', (hour: string) => `logs/y=2026/m=11/d=23/h=${hour}/m=00/macAddress=000D3A/PT1H.json`],
    ['AWS', (hour: string) => `AWSLogs/1/vpcflowlogs/eu/2026/11/23/1_vpcflowlogs_eu_fl-0a_20261123T${hour}05Z_${hour}ab.log.gz`],
    ['Google Cloud', (hour: string) => `compute.googleapis.com/vpc_flows/2026/11/23/${hour}:00:00_${hour}:59:59_S0.json`],
  ])('are found in the paths of %s, whatever the order', (_, path) => {
    const paths = ['09', '08', '12', '13'].map(path);
    expect([...missingHours(paths)]).toEqual([[paths[0], [
      { kind: 'missing', detail: 'no file for 2 hours of this series', from: '2026-11-23T10:00:00.000Z', to: '2026-11-23T12:00:00.000Z' },
    ]]]);
  });

  test('are those of one series, across days', () => {
    const path = (mac: string, day: string, hour: string) => `y=2026/m=11/d=${day}/h=${hour}/m=00/macAddress=${mac}/PT1H.json`;
    expect(missingHours([path('A', '23', '23'), path('A', '24', '00'), path('B', '23', '10'), path('B', '23', '11')]).size).toBe(0);
  });

  test('cannot be found in other names', () => {
    expect(missingHours(['conn.log', 'conn.2026-11-23.log']).size).toBe(0);
  });
});

describe('hours without a record', () => {
  const hours = (...counts: number[]) => {
    const seen = new Hours();
    counts.forEach((count, hour) => { if (count > 0) seen.add(NINE + hour * HOUR, count); });
    return seen.gaps();
  };

  test('are a gap in a busy log', () => {
    expect(hours(500, 400, 0, 0, 600)).toEqual([
      { kind: 'missing', detail: 'no record for 2 hours, where there are 500 an hour otherwise', from: '2026-11-23T11:00:00.000Z', to: '2026-11-23T13:00:00.000Z' },
    ]);
  });

  test.each([
    ['in a quiet log', [5, 9, 0, 0, 7]],
    ['where there are a few', [500, 400, 2, 3, 600]],
    ['before a record whose clock is wrong', [500, 400, 600, ...Array<number>(1000).fill(0), 1]],
  ])('are none %s', (_, counts) => {
    expect(hours(...counts)).toEqual([]);
  });
});

describe('gaps that a log tells of', () => {
  const at = (from: number, to: number) => ({ from: new Date(NINE + from).toISOString(), to: new Date(NINE + to).toISOString() });

  test('are one where they touch', () => {
    const gaps = new Gaps();
    [[0, 60], [60, 120], [300, 360]].forEach(([from, to]) => gaps.add({ kind: 'skipped', detail: 'eni', ...at(from, to) }));
    gaps.add({ kind: 'sampled', detail: 'all' });
    gaps.add({ kind: 'sampled', detail: 'all' });
    expect(gaps.list()).toEqual([
      { kind: 'skipped', detail: 'eni', ...at(0, 120) }, { kind: 'skipped', detail: 'eni', ...at(300, 360) }, { kind: 'sampled', detail: 'all' },
    ]);
  });

  test('are counted where there are too many', () => {
    const gaps = new Gaps();
    for (let index = 0; index < 1500; index += 1) gaps.add({ kind: 'skipped', detail: 'eni', ...at(index * 100, index * 100 + 1) });
    expect(gaps.list()).toHaveLength(1001);
    expect(gaps.list()[1000]).toEqual({ kind: 'skipped', detail: '500 more gaps' });
  });
});
