import { Construct } from 'constructs';
import { Criticality, EnforcementMode, Invariant, Peer, SegmentationPolicy, Selector, Service, Workload } from 'cdk-microsegmentation';

/** Ports that are this application's own. */
const API = Service.tcp(8443);
const METRICS = Service.NODE_EXPORTER;

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
    this.declareOperations();
    this.declareInvariants();
  }

  private declareWorkloads(): PaymentsWorkloads {
    const application = (tier: string) => ({ app: 'payments', tier, env: 'prod' });
    const platform = (tier: string) => ({ app: 'platform', tier, env: 'prod' });
    return {
      loadBalancer: this.addWorkload('LoadBalancer', { labels: application('edge'), services: [Service.HTTPS] }),
      web: this.addWorkload('Web', { labels: application('web'), services: [Service.HTTPS, METRICS] }),
      api: this.addWorkload('Api', { labels: application('api'), services: [API, METRICS], criticality: Criticality.HIGH }),
      worker: this.addWorkload('Worker', { labels: application('worker'), services: [METRICS] }),
      ledger: this.addWorkload('Ledger', { labels: application('db'), services: [Service.POSTGRES], criticality: Criticality.CROWN_JEWEL }),
      cache: this.addWorkload('Cache', { labels: application('cache'), services: [Service.REDIS] }),
      bastion: this.addWorkload('Bastion', { labels: platform('bastion'), services: [Service.SSH, METRICS] }),
      collector: this.addWorkload('Collector', { labels: platform('monitoring'), services: [METRICS] }),
      sharedServices: this.addWorkload('SharedServices', { labels: platform('infrastructure'), services: [Service.DNS, Service.NTP, METRICS] }),
    };
  }

  /** From the customer's browser to the ledger, and the work that is done behind it. */
  private declareCustomerPath(): void {
    const { loadBalancer, web, api, worker, ledger, cache } = this.workloads;
    this.addRingfence('Application', { members: Selector.matching({ app: 'payments' }) });

    loadBalancer.allowFrom(Peer.any(), { justification: 'customers reach the shop', crossesRingfence: true });
    loadBalancer.allowTo(web, { services: [Service.HTTPS], justification: 'balanced customer requests' });
    web.allowTo(api, { services: [API], justification: 'orders' });
    api.allowTo(ledger, { justification: 'bookings' });
    api.allowTo(cache, { justification: 'sessions' });
    worker.allowTo(ledger, { justification: 'settlement runs' });
    worker.allowTo(web, { services: [Service.HTTPS], justification: 'receipts are rendered by the web fleet' });
    worker.allowTo(Peer.ipv4('198.51.100.0/26'), {
      services: [Service.HTTPS],
      justification: 'card acquirer',
      owner: 'payments team',
      crossesRingfence: true,
    });
  }

  /** What runs beside every application: administration, monitoring, names and time, audit. */
  private declareOperations(): void {
    const { bastion, collector, sharedServices, ledger } = this.workloads;
    const everything = this.addSegment('Estate', { members: Selector.matching({ env: 'prod' }) });
    const measured = Peer.selected(Selector.oneOf('tier', 'web', 'api', 'worker', 'bastion', 'infrastructure'));
    const hosts = Peer.selected(Selector.oneOf('tier', 'web', 'api', 'worker'));
    const audit = this.addUnmanagedWorkload('AuditHost', { addresses: ['192.0.2.10'], labels: { app: 'audit', env: 'onprem' } });

    collector.allowTo(measured, { services: [METRICS], justification: 'monitoring', crossesRingfence: true });
    everything.allowTo(sharedServices, { services: [Service.DNS, Service.NTP], justification: 'names and time', crossesRingfence: true });
    bastion.allowFrom(Peer.ipv4('203.0.113.0/24'), { services: [Service.SSH], justification: 'administrators in the office' });
    bastion.allowTo(hosts, { services: [Service.SSH], justification: 'administration', crossesRingfence: true });
    bastion.allowFrom(Peer.ipv4('203.0.113.0/24'), { services: [Service.icmp(8)], justification: 'is the bastion up' });
    ledger.allowFrom(audit, { justification: 'yearly audit', owner: 'internal audit', crossesRingfence: true });
  }

  private declareInvariants(): void {
    const { loadBalancer, web, ledger, bastion } = this.workloads;
    this.addInvariant(Invariant.denies(web, ledger));
    this.addInvariant(Invariant.denies(Peer.any(), web));
    this.addInvariant(Invariant.exposedOnly([loadBalancer, bastion, ledger]));
    this.addInvariant(Invariant.allows(this.workloads.api, ledger, [Service.POSTGRES]));
    this.addInvariant(Invariant.blastRadiusAtMost(ledger, 1));
  }
}
