import { expectTruth } from '../discovery/traffic-of';
import {
  generatedTopology, LOG_FORMATS, LogFormat, RESERVATIONS, RESERVATIONS_IPV6, SHOP, Topology, TrafficOptions, trafficOf,
} from '../support/flow-logs';
import { runs } from './runs';

const NETWORKS: readonly ((seed: number) => Topology)[] = [
  () => SHOP, () => RESERVATIONS, () => RESERVATIONS_IPV6, (seed) => generatedTopology(seed, 24),
];
/** A sample must leave some connections of every edge: one alone between two high ports tells nobody who serves. */
const CIRCUMSTANCES: readonly Partial<TrafficOptions>[] = [
  { retries: 0.2 }, { throughGateway: 0.3 }, { unseen: 0.5, connectionsPerEdge: 12 },
];

/** Every network in every circumstance, by turns. */
const CASES = Array.from({ length: runs(0.012, 2) }, (_, index) => ({
  seed: index + 1,
  network: NETWORKS[index % NETWORKS.length](index + 1),
  circumstances: CIRCUMSTANCES[(index + Math.floor(index / NETWORKS.length)) % CIRCUMSTANCES.length],
}));

describe.each(LOG_FORMATS)('GIVEN a log of $name with a scan and noise', (log) => {
  test.each(CASES)('of $network.name, number $seed, in $circumstances THEN its edges are found, no others, and who scanned', async ({ seed, network, circumstances }) => {
    const traffic = trafficOf(network, { seed, connectionsPerEdge: 6, noise: 12, ...circumstances, ...attemptsIn(log, circumstances) });
    await expectTruth(log, network, traffic);
  });
});

function attemptsIn({ silentOnFailure }: LogFormat, { retries = 0 }: Partial<TrafficOptions>): Partial<TrafficOptions> {
  return silentOnFailure ? { retries: 0 } : { retries, scanned: 6 };
}
