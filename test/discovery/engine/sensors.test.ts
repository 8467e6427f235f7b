import { exchange, flow, mapOf } from '../traffic-of';

/** Three conversations, each seen by so many sensors, in both directions. */
function seenBy(sensors: number) {
  return [40_001, 40_002, 40_003].flatMap((port) => (
    Array.from({ length: sensors }, (_, number) => exchange(`10.0.0.1:${port}`, '10.0.0.2:443', { sensor: `sensor-${number}` })).flat()));
}

describe('a connection that several sensors saw', () => {
  test.each([1, 2, 3, 4, 6])('GIVEN %i of them THEN its bytes and connections count once', async (sensors) => {
    const { edges } = await mapOf(seenBy(sensors));
    expect(edges).toMatchObject([{ client: '10.0.0.1', server: '10.0.0.2', port: 443, connections: 3, bytes: 12_000 }]);
  });

  test('GIVEN records that count connections themselves THEN those count once', async () => {
    const { edges } = await mapOf(['a', 'b', 'c'].map((sensor) => flow('10.0.0.1:40001', '10.0.0.2:443', { sensor, connections: 4, initiator: 'source' })));
    expect(edges).toMatchObject([{ connections: 4, bytes: 2000 }]);
  });
});
