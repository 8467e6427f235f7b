import { generatedTopology, LOG_FORMATS, SHOP, trafficOf } from '../support/flow-logs';
import { readText } from '../support/flow-logs/read';
import { edgesOf, expectTruth, mapOf, truth } from './traffic-of';

test.each(LOG_FORMATS)('GIVEN a log of $name with scans, retries and noise THEN the edges found are the edges there are', async (log) => {
  const attempts = log.silentOnFailure ? {} : { scanned: 6, retries: 0.2 };
  await expectTruth(log, SHOP, trafficOf(SHOP, { seed: 11, connectionsPerEdge: 6, noise: 12, ...attempts }));
});

test('GIVEN a network of workloads that nobody wrote down THEN its edges are found by addresses alone', async () => {
  const topology = generatedTopology(3, 24);
  const { records } = readText('aws-vpc', LOG_FORMATS[0].write(trafficOf(topology, { seed: 5, connectionsPerEdge: 4, scanned: 8, retries: 0.3 })));
  expect(edgesOf(await mapOf(records)).sort()).toEqual(truth(topology, 'address'));
});
