import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LinuxDelivery, LinuxHostAgents, LinuxHostAgentsProps } from '../../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, SegmentationPolicy, Service, Workload } from '../../../../lib/model';
import { Framework, Json, policyIn, TestApp } from '../frameworks';

export interface Shop {
  readonly test: TestApp;
  readonly stack: Json;
  readonly policy: SegmentationPolicy;
  readonly web: Workload;
  readonly db: Workload;
  readonly agents: LinuxHostAgents;
  /** A block that is known at deployment only, of another stack. */
  readonly office: string;
}

export const MANAGEMENT = [{ cidr: '10.0.9.0/28' }];

/**
 * A web server that an office and a database's clients reach. The office's address is made by another stack; the web
 * server's own one is known at deployment only. The database knows all of its peers by such addresses, the web server one.
 */
export function shop(framework: Framework, props: Partial<LinuxHostAgentsProps> = {}, mode = EnforcementMode.ENFORCE): Shop {
  const test = new TestApp(framework);
  const elsewhere = test.stack('Elsewhere');
  const office = `${test.make(elsewhere, 'eip', 'Office', { domain: 'vpc' }).publicIp}/32`;
  const stack = test.stack('Shop');
  const address = test.make(stack, 'eip', 'Web', { domain: 'vpc' });
  const policy = policyIn(stack, 'Shop', { mode });
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.0.2.5'] });
  web.allowFrom(Peer.token('office', office, IpFamily.IPV4), { justification: 'site' });
  web.allowTo(db, { justification: 'orders' });
  const agents = new LinuxHostAgents(stack, 'Agents', {
    policy, management: MANAGEMENT, peerAddresses: [{ workload: web, ipv4Blocks: [`${address.publicIp}/32`] }], ...props,
  });
  [web, db].forEach((workload) => agents.protect(workload));
  return { test, stack, policy, web, db, agents, office };
}

export const bySystemsManager = () => LinuxDelivery.systemsManager({ bucket: 'bundles' });

/** A file of a stack's bundles. */
export function hostFile({ app: { outdir } }: TestApp, path: string): string {
  return readFileSync(join(outdir, 'stacks/Shop/linux-hosts/Shop', path), 'utf8');
}
