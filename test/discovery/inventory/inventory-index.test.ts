import { InventoryRow } from '../../../lib/discovery/inventory/inventory';
import { InventoryIndex } from '../../../lib/discovery/inventory/inventory-index';

const row = (address: string, id: string, more: Partial<InventoryRow> = {}): InventoryRow => (
  { address, id, labels: {}, kind: 'workload', where: 'test', ...more });
const index = (...rows: InventoryRow[]) => new InventoryIndex({ rows, services: [], problems: [] });

describe('finding who has an address', () => {
  test('the longest prefix wins, in both families', () => {
    const found = index(
      row('0.0.0.0/0', 'world'), row('10.0.0.0/8', 'site'), row('10.1.2.3/32', 'host'),
      row('2001:db8::/32', 'site6'), row('2001:db8::5/128', 'host6'), row('::/0', 'world6'),
    );
    const ids = ['10.1.2.3', '10.1.2.4', '11.0.0.1', '255.255.255.255', '2001:db8::5', '2001:db8::6', 'fe80::1'].map((address) => found.find(address)?.id);
    expect(ids).toEqual(['host', 'site', 'world', 'world', 'host6', 'site6', 'world6']);
  });

  test('text that is no single address is nobody', () => {
    expect(['10.0.0.0/8', 'web', '', '10.1', '10.0.0.1%eth0'].map((text) => index(row('0.0.0.0/0', 'world')).find(text))).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test('an address that moves belongs to whoever has it at the moment, else to its block', () => {
    const moving = index(row('10.0.0.0/24', 'pool'), row('10.0.0.7/32', 'old', { to: 100 }), row('10.0.0.7/32', 'new', { from: 150, to: 200 }));
    expect([99, 100, 149, 150, 200].map((time) => moving.find('10.0.0.7', time)?.id)).toEqual(['old', 'pool', 'pool', 'new', 'pool']);
    expect(moving.placements('10.0.0.7').map(({ row: { id }, from, to }) => [id, from, to]))
      .toEqual([['old', -Infinity, 100], ['pool', 100, 150], ['new', 150, 200], ['pool', 200, Infinity]]);
  });

  test('where nobody has an address for a while, no span says so', () => {
    const gap = index(row('10.0.0.7/32', 'old', { from: 0, to: 100 }), row('10.0.0.7/32', 'new', { from: 150 }));
    expect(gap.placements('10.0.0.7').map(({ row: { id }, from, to }) => [id, from, to])).toEqual([['old', 0, 100], ['new', 150, Infinity]]);
    expect(gap.find('10.0.0.7')?.id).toBe('new');
    expect(gap.find('10.0.0.7', 120)).toBeUndefined();
  });
});
