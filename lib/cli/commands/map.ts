import { Option } from 'commander';
import { policiesOf } from '../../analysis/policies';
import { checkManifest } from '../../compiler/manifest-read';
import { dotMap } from '../../report/map/dot';
import { mapOfPolicies } from '../../report/map/from-manifests';
import { mapOfTraffic } from '../../report/map/from-traffic';
import { MapData } from '../../report/map/map-data';
import { mermaidMap } from '../../report/map/mermaid';
import { htmlMap } from '../../report/map/page';
import { Replay, replayOf } from '../../report/map/replay';
import { svgMap } from '../../report/map/svg';
import { fail } from '../../support/errors';
import { entryAt, readJsonObject } from '../../support/files';
import { AddCommand, OUTPUT, put } from '../command';
import { readManifests } from '../input';

const FORMATS: { readonly [format: string]: (data: MapData) => string } = { html: htmlMap, mermaid: mermaidMap, dot: dotMap, svg: svgMap };

interface Options {
  readonly output?: string;
  readonly format: string;
  readonly groupBy?: string;
  readonly replay?: string;
}

/** `microseg map DIR|MAP` */
export const addMap: AddCommand = (program, { terminal, done }) => {
  program.command('map')
    .description('draw workloads and flows as one self-contained, interactive HTML document, or as a drawing for other documents')
    .argument('<input>', 'directory that holds segmentation.json, such a file, or a map of observed traffic')
    .option(...OUTPUT)
    .addOption(new Option('--format <format>', 'what to make').choices(Object.keys(FORMATS)).default('html'))
    .option('--group-by <grouping>', 'a label, or segment, policy or none (default: app, else the first label)')
    .option('--replay <file>', 'what a replay of recorded traffic found: shows flows that are unused and traffic that would be blocked')
    .action((input: string, { output, format, groupBy, replay }: Options) => {
      const data = grouped(read(input, replay === undefined ? undefined : readReplay(replay)), groupBy);
      put(FORMATS[format](data), { output }, terminal);
      done(0);
    });
};

function read(input: string, replay?: Replay): MapData {
  if (!entryAt(input)?.isFile()) return mapOfPolicies(policiesOf(readManifests(input)), replay);
  const content = readJsonObject('', input, 'MSEG5030');
  if (!('policies' in content)) return mapOfTraffic(content, input);
  return mapOfPolicies(policiesOf([{ directory: '', manifest: checkManifest(content, input) }]), replay);
}

function readReplay(file: string): Replay {
  return replayOf(readJsonObject('', file, 'MSEG5030'), file);
}

/** @throws MSEG5031 for a grouping that is none */
function grouped(data: MapData, groupBy: string | undefined): MapData {
  if (groupBy === undefined) return data;
  const found = data.groupings.find(({ key, title }) => key === groupBy || (key.startsWith('label:') && title === groupBy));
  return found ? { ...data, groupBy: found.key } : fail('MSEG5031', groupBy, `it is none of ${data.groupings.map(({ key }) => key.replace(/^label:/, '')).join(', ')}`);
}
