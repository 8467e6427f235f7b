import * as fc from 'fast-check';
import { AddressSet, PeerEntry, PeerTraffic, ServiceSet } from '../../../lib/algebra';
import { compilePolicy, CompiledPolicy } from '../../../lib/compiler';
import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { AZURE_DEFAULT_LIMITS } from '../../../lib/platforms/azure/limits';
import { planNetworkSecurityGroups } from '../../../lib/platforms/azure/plan';
import { NetworkSecurityGroupsPlan, NetworkSecurityGroupsRequest, PlannedRule } from '../../../lib/platforms/azure/plan-types';
import { AzureTerraformReader } from '../../../lib/platforms/azure/read-terraform';
import { NetworkRange } from '../../../lib/platforms/network-range';
import { payments } from '../../model/policies';
import { compiledTraffic, differences } from '../../properties/compiled-traffic';
import { Declared, familyOf, modeOf, OPAQUE } from '../../properties/declare';
import { TrafficByEnd } from '../../properties/naive';
import { runs, SEED } from '../../properties/runs';
import { FlowSpec, PeerSpec, policySpecs, PolicySpec, ServiceSpec } from '../../properties/specs';
import { codesOf } from '../../support/problems';
import { directoryOf } from '../aws/read/artifacts';
import { configurationOf, Form } from './artifact';

const VALUES = { [OPAQUE.token[4]]: '${azurerm_public_ip.t4.ip_address}/32', [OPAQUE.token[6]]: '${azurerm_public_ip.t6.ip_address}/128' };
const NAMES: { readonly [text: string]: { name: string; family: 4 | 6 } } = {
  [VALUES[OPAQUE.token[4]]]: { name: 't4', family: 4 }, [VALUES[OPAQUE.token[6]]]: { name: 't6', family: 6 },
};
const SCOPE_CIDRS = ['10.1.0.0/16', '2001:db8:1::/48'];
const SCOPE: NetworkRange[] = [{ kind: 'cidrIpv4', cidr: SCOPE_CIDRS[0] }, { kind: 'cidrIpv6', cidr: SCOPE_CIDRS[1] }];

/** Policies of which every service is one that Azure can filter. */
const SPECS = policySpecs({ size: 6, sctpPorts: false }).map((spec): PolicySpec => ({
  ...spec,
  split: true,
  workloads: spec.workloads.map((workload) => ({ ...workload, services: workload.services.map((service) => azureService(service, 4)) })),
  flows: spec.flows.map(azureFlow),
}));

function azureFlow(flow: FlowSpec): FlowSpec {
  const services = flow.services?.map((service) => azureService(service, familyOf(flow)));
  return { ...flow, client: azurePeer(flow.client), server: azurePeer(flow.server), services };
}

function azurePeer(peer: PeerSpec): PeerSpec {
  return peer.kind === 'prefixList' ? { ...peer, kind: 'token' } : peer;
}

function azureService(service: ServiceSpec, family: 4 | 6): ServiceSpec {
  if (service.kind === 'sctp') return { ...service, kind: 'udp' };
  if (service.kind === 'protocol') return { kind: 'protocol', number: [6, 17, 50].includes(service.number) ? service.number : 51 };
  if (service.kind !== 'ping') return service;
  return family === 4 ? { kind: 'ping' } : { kind: 'tcp', from: 7, to: 7 };
}

interface Planned {
  readonly policy: CompiledPolicy;
  readonly plan: NetworkSecurityGroupsPlan;
  readonly merged: boolean;
}

/** Every third workload is protected by its subnet alone. The smallest group that holds the rules makes for merged ones. */
function planned(spec: PolicySpec): Planned {
  const policy = compilePolicy(new Declared(payments({ mode: modeOf(spec.mode) }), spec).policy);
  const request = requestFor(policy);
  const small = { ...request, limits: { ...request.limits, rulesPerGroup: 12 } };
  const merged = codesOf(() => planNetworkSecurityGroups(small)).length === 0;
  return { policy, plan: planNetworkSecurityGroups(merged ? small : request), merged };
}

function requestFor(policy: CompiledPolicy): NetworkSecurityGroupsRequest {
  const protects = policy.workloads.filter(({ managed }) => managed)
    .map(({ id }) => ({ workload: id, networkInterfaces: onInterfaces(id), subnets: !onInterfaces(id) }));
  const limits = { ...AZURE_DEFAULT_LIMITS, applicationGroupsPerRule: 2 };
  return { policy, enforcementPoint: 'App/Groups', protects, monitorScope: SCOPE, limits };
}

function onInterfaces(id: string): boolean {
  return Number(id.slice(1)) % 3 !== 2;
}

function declared(policy: CompiledPolicy): TrafficByEnd {
  const managed = new Set(policy.workloads.filter((workload) => workload.managed).map(({ id }) => id));
  const traffic = compiledTraffic(policy, (_, peer) => managed.has(peer) && onInterfaces(peer));
  for (const { id, mode } of policy.workloads.filter((workload) => managed.has(workload.id))) {
    if (mode === 'enforce') continue;
    const add = (key: string, peer: AddressSet) => (
      traffic.set(key, (traffic.get(key) ?? PeerTraffic.EMPTY).union(PeerTraffic.of([{ peer, services: ServiceSet.ALL }]))));
    add(`${id} ingress`, AddressSet.union(SCOPE_CIDRS.map((cidr) => AddressSet.cidr(cidr))));
    add(`${id} egress`, AddressSet.ANY_IPV4.union(AddressSet.ANY_IPV6));
  }
  return traffic;
}

function readBack(plan: NetworkSecurityGroupsPlan, form: Form): TrafficByEnd {
  const content = configurationOf(plan, form, (value) => VALUES[value] ?? value);
  const [{ workloads }] = new AzureTerraformReader().read(directoryOf({ 'stacks/app/cdk.tf.json': content }));
  expect(workloads.map(({ workload }) => workload)).toEqual(plan.securityGroups.map(({ workload }) => workload));
  return new Map(workloads.flatMap(({ workload, ingress, egress }) => [[`${workload} ingress`, named(ingress)], [`${workload} egress`, named(egress)]]));
}

function named(traffic: PeerTraffic): PeerTraffic {
  return PeerTraffic.of(traffic.entries().map((entry): PeerEntry => {
    const found = entry.peer instanceof AddressSet ? undefined : NAMES[entry.peer.id];
    return found ? { peer: { kind: 'token', id: found.name }, services: entry.services.withoutForeignIcmp(found.family) } : entry;
  }));
}

/** What Azure refuses at deployment: names and priorities that stand twice, too much in one rule or group, blocks inside of others. */
function expectTakenByAzure(rules: readonly PlannedRule[], most: number): void {
  expect(rules.length).toBeLessThanOrEqual(most);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  expect(new Set(rules.map(({ direction, priority }) => `${direction} ${priority}`)).size).toBe(rules.length);
  for (const { peer } of rules) {
    if (peer.kind === 'applicationGroups') expect(peer.workloads.length).toBeLessThanOrEqual(2);
    if (peer.kind !== 'addresses') continue;
    const known = peer.prefixes.filter((prefix) => !prefix.includes('$')).map((prefix) => AddressSet.cidr(prefix));
    expect(known.every((block) => (peer.family === 4 ? block.ipv6 : block.ipv4).isEmpty())).toBe(true);
    expect(known.reduce((sum, { size }) => sum + size, 0n)).toBe(AddressSet.union(known).size);
  }
}

test('GIVEN any policy WHEN planned, written down and read back THEN it is what was declared, in every mode, merged or not', () => {
  const seen = new Set<string>();
  fc.assert(fc.property(SPECS, fc.constantFrom<Form>('inline', 'separate'), (spec, form) => {
    const { policy, plan, merged } = planned(spec);
    expect(differences(declared(policy), readBack(plan, form))).toEqual([]);
    plan.securityGroups.forEach(({ rules }) => expectTakenByAzure(rules, merged ? 12 : 1000));
    seen.add(`${form} ${merged}`);
  }), { seed: SEED, numRuns: runs(1, 40) });
  expect(seen.size).toBe(4);
});

describe('a policy in ENFORCE of which no rule says what another one says', () => {
  const { policy, plan } = strict();

  function strict(): Pick<Planned, 'policy' | 'plan'> {
    const declaring = payments({ mode: EnforcementMode.ENFORCE });
    const [web, app, db] = ['W0', 'W1', 'W2'].map((id) => declaring.addWorkload(id, { addresses: [`10.200.${id[1]}.0/28`] }));
    const services = [Service.HTTPS];
    web.allowFrom(Peer.cidr('203.0.113.0/24'), { services });
    web.allowFrom(Peer.serviceTag('AzureLoadBalancer'), { services: [Service.tcpRange(8000, 8099)] });
    web.allowTo(app, { services });
    app.allowTo(db, { services: [Service.POSTGRES] });
    db.allowTo(Peer.ipv6('2001:db8::/32'), { services: [Service.icmp(), Service.DNS] });
    const compiled = compilePolicy(declaring);
    return { policy: compiled, plan: planNetworkSecurityGroups(requestFor(compiled)) };
  }

  const CHANGES: { readonly [name: string]: (rule: PlannedRule) => PlannedRule[] } = {
    'dropped': () => [],
    'turned': (rule) => [{ ...rule, access: rule.access === 'Allow' ? 'Deny' : 'Allow' }],
    'opened to everybody': (rule) => [{ ...rule, peer: { kind: 'any' } }],
    'opened to everything': (rule) => [{ ...rule, protocol: '*', destinationPorts: ['*'] }],
    'opened to one port more': (rule) => [{ ...rule, protocol: 'Tcp', destinationPorts: ['443', '5432', '8000-8100'] }],
    'pointed the other way': (rule) => [{ ...rule, direction: rule.direction === 'Inbound' ? 'Outbound' : 'Inbound' }],
    'put behind everything else': (rule) => [{ ...rule, priority: 5000 }],
  };
  const withChange = (victim: PlannedRule, change: (rule: PlannedRule) => PlannedRule[]) => ({
    ...plan,
    securityGroups: plan.securityGroups
      .map((group) => ({ ...group, rules: group.rules.flatMap((rule) => (rule === victim ? change(rule) : [rule])) })),
  });
  const found = (victim: PlannedRule, change: (rule: PlannedRule) => PlannedRule[]) => (
    differences(declared(policy), readBack(withChange(victim, change), 'inline')));
  const rules = plan.securityGroups.flatMap((group) => group.rules);

  test('GIVEN it as planned WHEN read back THEN it is what was declared', () => {
    expect(differences(declared(policy), readBack(plan, 'inline'))).toEqual([]);
  });

  test.each(Object.keys(CHANGES))('GIVEN a rule of a flow that is %s WHEN read back THEN the difference is found', (change) => {
    const flowRules = rules.filter(({ priority }) => priority < 4094);
    expect(flowRules).toHaveLength(8);
    expect(flowRules.filter((rule) => found(rule, CHANGES[change]).length === 0)).toEqual([]);
  });

  test('GIVEN the inbound denial at the bottom gone or turned, or a scope rule turned, WHEN read back THEN the difference is found', () => {
    // Outbound the scope is everything, so that either rule alone would deny it.
    const denying = rules.filter(({ name }) => name === 'deny-inbound');
    expect(denying).toHaveLength(3);
    expect(denying.filter((rule) => found(rule, CHANGES.dropped).length === 0 || found(rule, CHANGES.turned).length === 0)).toEqual([]);
    const scope = rules.filter(({ name }) => name.startsWith('scope-'));
    expect(scope.filter((rule) => found(rule, CHANGES.turned).length === 0)).toEqual([]);
  });
});
