import { AZURE } from './azure/platform';
import { GOOGLE } from './google/platform';
import { InMemoryProvider } from './provider';
import { Attributes, UNKNOWN } from './values';

const azure = new InMemoryProvider(AZURE);
const google = new InMemoryProvider(GOOGLE);
beforeEach(() => [azure, google].forEach((provider) => provider.world.clear()));

/** What Terraform does for one resource: plan, then apply; throws what the platform says. */
function put(provider: InMemoryProvider, type: string, config: Attributes, prior: Attributes | null = null): Attributes {
  const { planned } = provider.plan(type, prior, prior ? { ...prior, ...config } : config);
  const { state, problems } = provider.apply(type, prior, planned);
  if (problems.length > 0) throw new Error(problems.map(({ summary }) => summary).join());
  return state!;
}

const RULE = 'azurerm_network_security_rule';
const PLACE = { resource_group_name: 'erp', location: 'westeurope' };
const rule = (index: number): Attributes => ({
  name: `rule-${index}`, resource_group_name: 'erp', network_security_group_name: 'db', priority: 100 + index, direction: 'Inbound', access: 'Allow',
  protocol: 'Tcp', source_port_range: '*', destination_port_range: '443', source_address_prefix: '*', destination_address_prefix: '*',
});
const group = () => put(azure, 'azurerm_network_security_group', { ...PLACE, name: 'db' });

test('GIVEN a new resource WHEN planned THEN what the provider sets is open, in blocks too, and what the user may set is not', () => {
  const config = { ...PLACE, name: 'db', ip_configuration: [{ name: 'main', private_ip_address: null }], tags: null };

  const { planned } = azure.plan('azurerm_network_interface', null, config);

  expect(planned).toMatchObject({ id: UNKNOWN, name: 'db', tags: null, ip_configuration: [{ name: 'main', private_ip_address: UNKNOWN }] });
});

test('GIVEN a resource applied WHEN planned without a change THEN it stays as it is', () => {
  const state = group();

  expect(azure.plan('azurerm_network_security_group', state, { ...state })).toEqual({ planned: state, replacedBy: [] });
});

test('GIVEN another location WHEN planned THEN the location replaces the resource', () => {
  const state = group();

  expect(azure.plan('azurerm_network_security_group', state, { ...state, location: 'northeurope' }).replacedBy).toEqual(['location']);
});

test('GIVEN another subnetwork of a machine WHEN planned THEN the block replaces it', () => {
  const machine = put(google, 'google_compute_instance', { name: 'db', zone: 'z', network_interface: [{ subnetwork: 'a' }] });

  const [attached] = machine.network_interface as Attributes[];

  const { replacedBy } = google.plan('google_compute_instance', machine, { ...machine, network_interface: [{ ...attached, subnetwork: 'b' }] });

  expect(replacedBy).toEqual(['network_interface.subnetwork']);
});

test('GIVEN settings of the provider WHEN applied THEN ids carry them', () => {
  google.configure({ project: 'analytics', region: 'europe-west1' });

  const subnetwork = put(google, 'google_compute_subnetwork', { name: 'app', network: 'main', ip_cidr_range: '10.0.0.0/16' });

  expect(subnetwork).toMatchObject({
    id: 'projects/analytics/regions/europe-west1/subnetworks/app',
    self_link: 'https://www.googleapis.com/compute/v1/projects/analytics/regions/europe-west1/subnetworks/app',
    project: 'analytics',
  });
});

test('GIVEN a name that is taken WHEN applied THEN it exists already', () => {
  group();

  expect(group).toThrow('AlreadyExists');
});

test('GIVEN a refused change WHEN applied THEN the resource stays as it was', () => {
  group();
  put(azure, RULE, rule(1));
  const second = put(azure, RULE, rule(2));

  const { state, problems } = azure.apply(RULE, second, { ...second, priority: 101 });

  expect(problems).toEqual([expect.objectContaining({ summary: 'SecurityRuleConflict' })]);
  expect(state).toBe(second);
  expect(azure.read(RULE, second)).toBe(second);
});

test('GIVEN a group that an interface has WHEN deleted THEN it is in use, and free once the association is gone', () => {
  const state = group();
  const type = 'azurerm_network_interface_security_group_association';
  const association = put(azure, type, { network_interface_id: '/nic', network_security_group_id: state.id });
  const remove = () => azure.apply('azurerm_network_security_group', state, null);

  expect(remove().problems).toEqual([expect.objectContaining({ summary: 'InUse' })]);
  azure.apply(type, association, null);
  expect(remove()).toEqual({ state: null, problems: [] });
});

test('GIVEN a second group on an interface WHEN applied THEN the interface has one already', () => {
  const type = 'azurerm_network_interface_security_group_association';
  put(azure, type, { network_interface_id: '/nic', network_security_group_id: '/a' });

  expect(() => put(azure, type, { network_interface_id: '/NIC', network_security_group_id: '/b' })).toThrow('AlreadyAssociated');
});

test('GIVEN a resource that somebody removed WHEN read THEN it is gone', () => {
  const state = group();
  azure.world.remove('azurerm_network_security_group', state.id as string);

  expect(azure.read('azurerm_network_security_group', state)).toBeNull();
});

test('GIVEN a group full of rules WHEN one more is applied THEN it is refused', () => {
  group();
  for (let index = 0; index < 1000; index++) azure.world.put(RULE, { ...rule(index), id: `rule-${index}` });

  expect(() => put(azure, RULE, rule(1000))).toThrow('LimitExceeded');
});
