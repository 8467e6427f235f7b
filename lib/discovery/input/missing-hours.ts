import { CoverageGap } from '../readers/log-reader';

const HOUR = 3_600_000;

/** Where a path names the hour of its log, and what of the path is the same for all hours of one series. */
interface Naming {
  readonly hour: RegExp;
  readonly series: (path: string) => string;
}

const withoutHour = (hour: RegExp) => (path: string): string => path.replace(hour, '');
const namedParts = (hour: RegExp): Naming => ({ hour, series: withoutHour(hour) });

const NAMINGS: readonly Naming[] = [
  // Azure: …/y=2026/m=11/d=23/h=10/m=00/macAddress=…/PT1H.json
  namedParts(/\by=(?<year>\d{4})\/m=(?<month>\d\d)\/d=(?<day>\d\d)\/h=(?<hour>\d\d)\/m=\d\d/),
  // AWS: …/2026/11/23/123456789012_vpcflowlogs_eu-central-1_fl-0123_20261123T1005Z_0a1b2c3d.log.gz
  {
    hour: /_(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)T(?<hour>\d\d)\d\dZ_/,
    series: (path) => path.slice(path.lastIndexOf('/') + 1).replace(/_\d{8}T\d{4}Z_.*$/, ''),
  },
  // Google Cloud: …/2026/11/23/10:00:00_10:59:59_S0.json
  namedParts(/\b(?<year>\d{4})\/(?<month>\d\d)\/(?<day>\d\d)\/(?<hour>\d\d):00:00_\d\d:59:59_[SA]\d+/),
];

/**
 * Hours without a file in a series of files that have one for every hour, by the path of the file before them. Whether nothing
 * happened then or files are missing, the paths alone cannot tell.
 */
export function missingHours(paths: readonly string[]): Map<string, CoverageGap[]> {
  const series = new Map<string, { readonly path: string; readonly hour: number }[]>();
  for (const path of paths) {
    const named = hourOf(path);
    if (!named) continue;
    const files = series.get(named.series) ?? [];
    files.push({ path, hour: named.hour });
    series.set(named.series, files);
  }
  const gaps = new Map<string, CoverageGap[]>();
  for (const files of series.values()) {
    files.sort((one, other) => one.hour - other.hour);
    files.slice(1).forEach((file, index) => {
      const { path, hour } = files[index];
      if (file.hour - hour > HOUR) gaps.set(path, [gapBetween(hour + HOUR, file.hour)]);
    });
  }
  return gaps;
}

function gapBetween(from: number, to: number): CoverageGap {
  const hours = (to - from) / HOUR;
  return {
    kind: 'missing',
    detail: `no file for ${hours === 1 ? 'one hour' : `${hours} hours`} of this series`,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
  };
}

function hourOf(path: string): { readonly series: string; readonly hour: number } | undefined {
  const slashes = path.replace(/\\/g, '/');
  for (const { hour, series } of NAMINGS) {
    const parts = hour.exec(slashes)?.groups;
    if (!parts) continue;
    const time = Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day), Number(parts.hour));
    return { series: series(slashes), hour: time };
  }
  return undefined;
}
