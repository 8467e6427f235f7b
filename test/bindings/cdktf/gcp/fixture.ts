import { GoogleFirewall, GoogleFirewallProps } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, Peer, SegmentationPolicy, Service, Workload } from '../../../../lib/model';
import { Framework, Json, policyIn, TestApp } from '../frameworks';

export const NETWORK = 'projects/shop/global/networks/shop';

/** A web server that the Internet reaches, and its database. */
export interface Shop {
  readonly test: TestApp;
  readonly stack: Json;
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly db: Workload;
  readonly firewall: GoogleFirewall;
}

export function shop(framework: Framework, mode = EnforcementMode.ENFORCE, props: Partial<GoogleFirewallProps> = {}): Shop {
  const test = new TestApp(framework);
  const stack = test.stack('Shop', 'google');
  const policy = policyIn(stack, 'Payments', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.3.9.0/28'] });
  const firewall = new GoogleFirewall(stack, 'Firewall', { policy, network: NETWORK, monitorScope: ['10.3.0.0/16'], ...props });
  web.allowFrom(Peer.anyIpv4(), { justification: 'public site' });
  web.allowTo(db, { justification: 'orders' });
  return { test, stack, policy, web, db, firewall };
}

/** The rules of a workload: those whose description says so. */
export function rulesOf(map: Json, workload: string): Json[] {
  return Object.values<Json>(map).filter(({ description }) => description.startsWith(`microseg:policy=Payments;workload=${workload} `));
}
