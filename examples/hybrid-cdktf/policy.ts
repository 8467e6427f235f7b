import { Criticality, EnforcementMode, Invariant, IpFamily, Peer, Segment, SegmentationPolicy, Selector, Service, Workload } from 'cdk-microsegmentation';
import { Construct } from 'constructs';

/** Where each site has its machines. The sites are joined by private links, so these ranges must not overlap. */
export const SITES = {
  aws: { network: '10.10.0.0/16', web: '10.10.1.0/24', orders: '10.10.2.0/24' },
  azure: { network: '10.20.0.0/16', api: '10.20.1.0/24', database: '10.20.2.0/24' },
  google: { network: '10.30.0.0/16', collector: '10.30.1.0/24', warehouse: '10.30.2.0/24' },
  premises: { ledger: '172.16.40.0/28' },
} as const;

const ORDERS = Service.of('orders-api', Service.tcp(8443));
const TELEMETRY = Service.of('otlp', Service.tcp(4317));
const WAREHOUSE = Service.of('warehouse', Service.tcp(9440));
const SQL_SERVER = Service.of('sql-server', Service.tcp(1433));

export interface ShopPolicyProps {
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
  /** Id of the address group of Google Cloud that holds the partners who fetch reports. */
  readonly partners: string;
}

/**
 * A shop whose parts live in different places: the storefront on AWS, the ERP on Azure, analytics on Google Cloud, the ledger
 * on premises. Nothing here says how any of these places enforces it.
 */
export class ShopPolicy extends SegmentationPolicy {
  /** Storefront, on AWS. */
  public readonly web: Workload;
  public readonly orders: Workload;
  /** ERP, on Azure. */
  public readonly erpApi: Workload;
  public readonly erpDatabase: Workload;
  /** Analytics, on Google Cloud. */
  public readonly collector: Workload;
  public readonly warehouse: Workload;
  /** On premises, behind a firewall of its own. */
  public readonly ledger: Workload;

  public constructor(scope: Construct, id: string, { mode, partners }: ShopPolicyProps) {
    super(scope, id, { mode: mode ?? EnforcementMode.ENFORCE });
    const labels = (app: string, tier: string) => ({ app, tier, env: 'prod' });
    this.web = this.addWorkload('Web', { labels: labels('storefront', 'web'), services: [Service.HTTPS], addresses: [SITES.aws.web] });
    this.orders = this.addWorkload('Orders', { labels: labels('storefront', 'api'), services: [ORDERS], addresses: [SITES.aws.orders] });
    this.erpApi = this.addWorkload('ErpApi', {
      labels: labels('erp', 'api'), services: [Service.HTTPS], addresses: [SITES.azure.api], criticality: Criticality.HIGH,
    });
    this.erpDatabase = this.addWorkload('ErpDatabase', { labels: labels('erp', 'db'), services: [SQL_SERVER], criticality: Criticality.CROWN_JEWEL });
    // Its address is known at deployment only: whoever needs it takes it from the machine.
    this.collector = this.addWorkload('Collector', { labels: labels('analytics', 'ingest'), services: [TELEMETRY] });
    this.warehouse = this.addWorkload('Warehouse', {
      labels: labels('analytics', 'db'), services: [WAREHOUSE, Service.HTTPS], addresses: [SITES.google.warehouse], criticality: Criticality.HIGH,
    });
    this.ledger = this.addUnmanagedWorkload('Ledger', {
      addresses: [SITES.premises.ledger], labels: labels('ledger', 'db'), services: [Service.POSTGRES], criticality: Criticality.CROWN_JEWEL,
    });
    this.declareWithinSites();
    this.declareAcrossSites();
    this.declareOutside(partners);
    this.declareInvariants();
  }

  private declareWithinSites(): void {
    this.web.allowTo(this.orders, { justification: 'checkout' });
    this.erpApi.allowTo(this.erpDatabase, { justification: 'stock and prices' });
    this.collector.allowTo(this.warehouse, { services: [WAREHOUSE], justification: 'events are stored' });
  }

  /** Each of these is opened at both ends, on whatever platform the ends are. */
  private declareAcrossSites(): void {
    const storefront: Segment = this.addSegment('Storefront', { members: Selector.matching({ app: 'storefront' }) });
    this.orders.allowTo(this.erpApi, { justification: 'orders become deliveries' });
    this.orders.allowTo(this.ledger, { justification: 'payments are booked', owner: 'finance' });
    storefront.allowTo(this.collector, { justification: 'what customers do' });
    this.erpApi.allowTo(this.ledger, { justification: 'invoices are booked', owner: 'finance' });
    this.warehouse.allowTo(this.erpApi, { justification: 'products are looked up' });
    this.warehouse.allowTo(this.ledger, { justification: 'revenue reports', owner: 'finance' });
  }

  private declareOutside(partners: string): void {
    this.web.allowFrom(Peer.any(), { justification: 'customers' });
    this.erpApi.allowFrom(Peer.serviceTag('AzureLoadBalancer'), { justification: 'health probes of the load balancer' });
    this.warehouse.allowFrom(Peer.addressGroup('partners', partners, IpFamily.IPV4), { services: [Service.HTTPS], justification: 'partners fetch reports' });
  }

  private declareInvariants(): void {
    this.addInvariant(Invariant.denies(this.web, this.ledger));
    this.addInvariant(Invariant.denies(this.web, this.erpDatabase));
    this.addInvariant(Invariant.denies(this.collector, this.erpDatabase));
    this.addInvariant(Invariant.allows(this.orders, this.ledger, [Service.POSTGRES]));
    this.addInvariant(Invariant.exposedOnly([this.web, this.erpApi, this.warehouse]));
    this.addInvariant(Invariant.blastRadiusAtMost(this.erpDatabase, 0));
  }
}
