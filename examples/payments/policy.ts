import { Criticality, EnforcementMode, Invariant, Peer, SegmentationPolicy, Selector, Service, Workload } from 'cdk-microsegmentation';
import { Construct } from 'constructs';

/** What this application speaks beside the usual. */
const API = Service.of('payments-api', Service.tcp(8443));
const METRICS = Service.NODE_EXPORTER;
const REGISTRY = Service.of('image-registry', Service.tcp(5000));

/** The workloads of the payments application; each framework attaches them to its own resources. */
export interface PaymentsWorkloads {
  readonly loadBalancer: Workload;
  readonly web: Workload;
  readonly api: Workload;
  readonly worker: Workload;
  readonly ledger: Workload;
  readonly cache: Workload;
  readonly bastion: Workload;
  readonly collector: Workload;
  readonly sharedServices: Workload;
}

export interface PaymentsPolicyProps {
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
}

/**
 * Who may talk to whom in the payments application. No word of AWS, CDK or Terraform: both examples use this file as it is.
 */
export class PaymentsPolicy extends SegmentationPolicy {
  public readonly workloads: PaymentsWorkloads;

  public constructor(scope: Construct, id: string, props: PaymentsPolicyProps = {}) {
    super(scope, id, { mode: props.mode ?? EnforcementMode.ENFORCE });
    this.workloads = this.declareWorkloads();
    this.declareCustomerPath();
    this.declareSettlement();
    this.declareOperations();
    this.declareInvariants();
  }

  private declareWorkloads(): PaymentsWorkloads {
    const application = (tier: string) => ({ app: 'payments', tier, env: 'prod' });
    const platform = (tier: string) => ({ app: 'platform', tier, env: 'prod' });
    return {
      loadBalancer: this.addWorkload('LoadBalancer', { labels: application('edge'), services: [Service.HTTPS] }),
      web: this.addWorkload('Web', { labels: application('web'), services: [Service.HTTPS, METRICS, Service.SSH] }),
      api: this.addWorkload('Api', { labels: application('api'), services: [API, METRICS], criticality: Criticality.HIGH }),
      worker: this.addWorkload('Worker', { labels: application('worker') }),
      ledger: this.addWorkload('Ledger', { labels: application('db'), services: [Service.POSTGRES], criticality: Criticality.CROWN_JEWEL }),
      cache: this.addWorkload('Cache', { labels: application('cache'), services: [Service.REDIS] }),
      bastion: this.addWorkload('Bastion', { labels: platform('bastion'), services: [Service.SSH, METRICS] }),
      collector: this.addWorkload('Collector', { labels: platform('monitoring'), services: [METRICS, Service.SSH] }),
      sharedServices: this.addWorkload('SharedServices', {
        labels: platform('infrastructure'),
        services: [Service.DNS, Service.NTP, REGISTRY, METRICS, Service.SSH],
      }),
    };
  }

  /** From the customer's browser to the ledger. Services default to what the server offers; name them where that is too much. */
  private declareCustomerPath(): void {
    const { loadBalancer, web, api, ledger, cache } = this.workloads;
    // Whatever crosses this boundary has to say so: a flow declared by labels cannot reach into the application by accident.
    this.addRingfence('Application', { members: Selector.matching({ app: 'payments' }) });

    loadBalancer.allowFrom(Peer.any(), { justification: 'customers reach the shop', crossesRingfence: true });
    loadBalancer.allowTo(web, { services: [Service.HTTPS], justification: 'balanced customer requests' });
    web.allowTo(api, { services: [API], justification: 'orders' });
    api.allowTo(ledger, { justification: 'bookings' });
    api.allowTo(cache, { justification: 'sessions' });
  }

  /** What happens behind the customers' backs. The receipts flow goes against the grain: from the back to the front. */
  private declareSettlement(): void {
    const { web, worker, ledger } = this.workloads;
    const acquirer = Peer.ipv4('198.51.100.0/26');

    worker.allowTo(ledger, { justification: 'settlement runs' });
    worker.allowTo(web, { services: [Service.HTTPS], justification: 'receipts are rendered by the web fleet' });
    worker.allowTo(acquirer, { services: [Service.HTTPS], justification: 'card acquirer', owner: 'payments team', crossesRingfence: true });
  }

  /** What runs beside every application: administration, monitoring, names and time, audit. */
  private declareOperations(): void {
    const { api, bastion, collector, sharedServices, ledger } = this.workloads;
    const hosts = this.addSegment('Hosts', { members: Selector.oneOf('tier', 'web', 'api', 'worker', 'bastion', 'monitoring') });
    const scraped = Peer.selected(Selector.oneOf('tier', 'web', 'api', 'bastion', 'infrastructure'));
    const administered = Peer.selected(Selector.oneOf('tier', 'web', 'monitoring', 'infrastructure'));

    hosts.allowTo(sharedServices, { services: [Service.DNS, Service.NTP], justification: 'names and time', crossesRingfence: true });
    api.allowTo(sharedServices, { services: [REGISTRY], justification: 'container images', crossesRingfence: true });
    collector.allowTo(scraped, { services: [METRICS], justification: 'monitoring', crossesRingfence: true });
    bastion.allowTo(administered, { services: [Service.SSH], justification: 'administration', crossesRingfence: true });
    for (const office of ['203.0.113.0/24', '2001:db8:cafe::/48']) {
      bastion.allowFrom(Peer.cidr(office), { services: [Service.SSH], justification: 'administrators in the office' });
    }
    bastion.allowFrom(Peer.ipv4('203.0.113.0/24'), { services: [Service.icmp(8)], justification: 'is the bastion up' });

    const audit = this.addUnmanagedWorkload('AuditHost', { addresses: ['172.20.8.15'], labels: { app: 'audit', env: 'onprem' } });
    ledger.allowFrom(audit, { justification: 'yearly audit', owner: 'internal audit', expires: '2099-12-31', crossesRingfence: true });
  }

  /** What must stay true, whatever flows are added: synthesis fails otherwise. */
  private declareInvariants(): void {
    const { loadBalancer, web, api, ledger, bastion } = this.workloads;
    this.addInvariant(Invariant.allows(api, ledger, [Service.POSTGRES]));
    this.addInvariant(Invariant.denies(web, ledger));
    this.addInvariant(Invariant.denies(bastion, ledger));
    this.addInvariant(Invariant.denies(Peer.any(), web));
    this.addInvariant(Invariant.exposedOnly([loadBalancer, bastion]));
    this.addInvariant(Invariant.blastRadiusAtMost(ledger, 0));
    this.addInvariant(Invariant.blastRadiusAtMost(loadBalancer, 5));
  }
}
