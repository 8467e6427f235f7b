import { NetworkSecurityGroups, NetworkSecurityGroupsProps } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, Peer, SegmentationPolicy, Service, Workload } from '../../../../lib/model';
import { Framework, Json, policyIn, TestApp } from '../frameworks';

export const LOCATED = { resourceGroupName: 'shop', location: 'westeurope', virtualNetworkId: '/vnets/shop' };

/** A web server that the Internet reaches, and its database. */
export interface Shop {
  readonly test: TestApp;
  readonly stack: Json;
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly db: Workload;
  readonly groups: NetworkSecurityGroups;
}

export function shop(framework: Framework, mode = EnforcementMode.ENFORCE, props: Partial<NetworkSecurityGroupsProps> = {}): Shop {
  const test = new TestApp(framework);
  const stack = test.stack('Shop', 'azurerm');
  const policy = policyIn(stack, 'Payments', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.2.9.0/28'] });
  const groups = new NetworkSecurityGroups(stack, 'Groups', { policy, ...LOCATED, monitorScope: ['10.2.0.0/16'], ...props });
  web.allowFrom(Peer.anyIpv4(), { justification: 'public site' });
  web.allowTo(db, { justification: 'orders' });
  return { test, stack, policy, web, db, groups };
}

/** The rules of a workload, by name. */
export function rulesOf(configuration: Json, workload: string): Json {
  const [resource] = Object.entries<Json>(configuration.resource.azurerm_network_security_rule)
    .filter(([, { '//': { metadata } }]) => metadata.path.includes(`/${workload}/`)).map(([, body]) => body);
  return resource.for_each;
}
