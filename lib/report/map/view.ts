import { pageModule } from './assets';
import { MapData, MapVerdict } from './map-data';

/** What the page draws before anybody has touched it: the drawings for documents show the same. */
export interface MapView {
  readonly groups: readonly MapViewGroup[];
  readonly lines: readonly MapViewLine[];
}

export interface MapViewGroup {
  readonly id: string;
  readonly title: string;
  /** Places in the nodes of the data. */
  readonly members: readonly number[];
  readonly outside: boolean;
  /** Drawn as one thing. */
  readonly collapsed: boolean;
  /** Has a frame when it is open. */
  readonly boxed: boolean;
}

export interface MapViewLine {
  /** Ids of groups, or `n` and the place of a node. */
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly verdict: MapVerdict;
}

export function initialView(data: MapData): MapView {
  const { viewOf } = pageModule<{ viewOf(data: MapData, state: object): MapView }>('model.js');
  return viewOf(data, { groupBy: data.groupBy, toggled: new Set(), filters: [], hiddenModes: new Set(), hiddenVerdicts: new Set() });
}
