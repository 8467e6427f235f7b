import { pageModule } from '../../../lib/report/map/assets';
import { MapData } from '../../../lib/report/map/map-data';

/** The page's modules, as tests use them. */
export interface Line {
  readonly from: string;
  readonly to: string;
  readonly verdict: string;
  readonly label: string;
  readonly path: string;
  readonly labelAt?: Rectangle;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface View {
  readonly groups: readonly { id: string; title: string; members: number[]; collapsed: boolean }[];
  readonly lines: readonly Line[];
  readonly context: ReadonlySet<number>;
}

export interface Layout {
  readonly items: ReadonlyMap<string, Rectangle>;
  readonly boxes: readonly (Rectangle & { id: string })[];
  readonly lines: readonly Line[];
  readonly width: number;
  readonly height: number;
}

export interface State {
  readonly groupBy: string;
  readonly toggled: ReadonlySet<string>;
  readonly filters: readonly (readonly [string, string])[];
  readonly hiddenModes: ReadonlySet<string>;
  readonly hiddenVerdicts: ReadonlySet<string>;
  readonly only?: number;
}

export const { viewOf, search } = pageModule<{ viewOf(data: MapData, state: State): View; search(data: MapData, query: string): number[] }>('model.js');
export const { layoutOf } = pageModule<{ layoutOf(view: View): Layout }>('layout.js');
export const { accessOf, pathTo } = pageModule<{
  accessOf(reach: MapData['reach']): { policy: Access; flat?: Access };
  pathTo(reached: Reached, target: number): number[];
}>('reach.js');

export type Reached = ReadonlyMap<number, { hops: number; from: number }>;

export interface Access {
  from(start: number): Reached;
}

/** As it is before anybody touches it, with changes. */
export function stateOf(data: MapData, more: Partial<State> = {}): State {
  return { groupBy: data.groupBy, toggled: new Set(), filters: [], hiddenModes: new Set(), hiddenVerdicts: new Set(), ...more };
}
