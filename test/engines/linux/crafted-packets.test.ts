import { join } from 'node:path';
import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { policyNamed } from '../../model/policies';
import { hostsOf } from '../../platforms/linux/hosts';
import { describeWithEngines } from '../harness';
import { TestNetwork } from './network';

const SERVER = ['10.97.0.1', 'fd97::1'];
const CLIENT = ['10.97.0.2', 'fd97::2'];
const CLIENT_ON_LINK = 'fe80::97:2';
const PROGRAM = join(__dirname, 'crafted.py');
/** As in the program. */
const [DECLARED, UNDECLARED] = [5000, 5001];

/** A packet, what the kernel counts once it has come through, and whether it may. */
const PACKETS: readonly (readonly [packet: string, counted: string, admitted: boolean])[] = [
  ['datagram', 'Udp InDatagrams', true],
  ['datagram, undeclared', 'Udp InDatagrams', false],
  ['datagram 6', 'Udp6InDatagrams', true],
  ['datagram 6, undeclared', 'Udp6InDatagrams', false],
  ['fragments', 'Udp InDatagrams', true],
  ['fragments, undeclared', 'Udp InDatagrams', false],
  ['fragments 6', 'Udp6InDatagrams', true],
  ['fragments 6, undeclared', 'Udp6InDatagrams', false],
  ['options 6', 'Udp6InDatagrams', true],
  ['options 6, undeclared', 'Udp6InDatagrams', false],
  ['acknowledgement, undeclared', 'Tcp InSegs', false],
  ['fragmentation needed', 'Icmp InDestUnreachs', true],
  ['fragmentation needed, of no connection', 'Icmp InDestUnreachs', false],
  ['redirect', 'Icmp InRedirects', false],
  ['packet too big', 'Icmp6InPktTooBigs', true],
  ['packet too big, of no connection', 'Icmp6InPktTooBigs', false],
  ['redirect 6', 'Icmp6InRedirects', false],
  ['neighbour solicitation', 'Icmp6InNeighborSolicits', true],
  ['neighbour solicitation, through a router', 'Icmp6InNeighborSolicits', false],
  ['router advertisement', 'Icmp6InRouterAdvertisements', true],
  ['router advertisement, through a router', 'Icmp6InRouterAdvertisements', false],
  ['listener query', 'Icmp6InGroupMembQueries', true],
  ['listener query, from elsewhere', 'Icmp6InGroupMembQueries', false],
  ['address from a server of the link', 'Udp6NoPorts', true],
  ['address from elsewhere', 'Udp6NoPorts', false],
];

describeWithEngines(['nftables'], 'crafted packets', () => {
  const network = new TestNetwork([
    { name: 'Server', addresses: SERVER, tcp: [], udp: [DECLARED, UNDECLARED] }, { name: 'Client', addresses: CLIENT, tcp: [], udp: [] },
  ]);
  const server = network.machine('Server');

  beforeAll(async () => {
    await network.start();
    await network.machine('Client').inside('ip', 'addr', 'add', `${CLIENT_ON_LINK}/64`, 'dev', 'eth0', 'nodad');
  });
  afterAll(() => { network.remove(); });

  /** `Udp InDatagrams 7` and `Udp6InDatagrams 7` of the two files in which the kernel counts. */
  const counted = async (name: string): Promise<number> => {
    const [plain, six] = await Promise.all(['/proc/net/snmp', '/proc/net/snmp6'].map((file) => server.inside('cat', file)));
    const lines = plain.split('\n').filter(Boolean).map((line) => line.split(/:? /));
    const pairs = lines.flatMap(([layer, ...names], index) => (index % 2 === 0 ? names.map((each, place) => [`${layer} ${each}`, lines[index + 1][place + 1]]) : []));
    return Number(new Map([...pairs, ...six.split('\n').map((line) => line.split(/\s+/))] as [string, string][]).get(name));
  };
  const comesThrough = async (packet: string, name: string): Promise<boolean> => {
    const before = await counted(name);
    await network.machine('Client').inside('python3', PROGRAM, packet, CLIENT[0], SERVER[0], CLIENT[1], SERVER[1], CLIENT_ON_LINK);
    return await counted(name) > before;
  };
  /** Each time that it is sent, of two: a neighbour may ask by itself in between, and be counted. */
  const through = async (): Promise<string[]> => {
    const names: string[] = [];
    for (const [packet, name] of PACKETS) if (await comesThrough(packet, name) && await comesThrough(packet, name)) names.push(packet);
    return names;
  };

  test('GIVEN no rules WHEN they are sent THEN each of them comes through', async () => {
    expect(await through()).toEqual(PACKETS.map(([packet]) => packet));
  });

  test('GIVEN ENFORCE WHEN they are sent THEN only what is declared comes through, errors of its connections, and what the link needs', async () => {
    const policy = policyNamed('Shop', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web', {});
    for (const peer of ['10.97.0.0/24', 'fd97::/64']) web.allowFrom(Peer.cidr(peer), { services: [Service.udp(DECLARED)] });
    const [host] = hostsOf(policy);
    await server.load(renderRuleSet(host) + renderAddressBook(host));
    expect(await through()).toEqual(PACKETS.flatMap(([packet, , admitted]) => (admitted ? [packet] : [])));
  });
});
