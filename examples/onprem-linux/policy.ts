import { Criticality, EnforcementMode, Invariant, Peer, SegmentationPolicy, SegmentationPolicyProps, Selector, Service, Workload } from 'cdk-microsegmentation';
import { Construct } from 'constructs';

const APPLICATION = Service.of('application', Service.tcp(8080));
const METRICS = Service.of('node-exporter', Service.tcp(9100));

/** Five hosts of a plant in one flat network segment: who may talk to whom among them, and with whom else. */
export class PlantPolicy extends SegmentationPolicy {
  public readonly hosts: { readonly [name: string]: Workload };

  public constructor(scope: Construct, id: string, props: SegmentationPolicyProps = {}) {
    super(scope, id, { mode: EnforcementMode.ENFORCE, ...props });
    const labels = (tier: string) => ({ app: 'plant', tier, env: 'prod' });
    const portal = this.addWorkload('Portal', { labels: labels('web'), services: [Service.HTTPS, METRICS], addresses: ['192.168.40.11', 'fd00:40::11'] });
    const application = this.addWorkload('Application', { labels: labels('app'), services: [APPLICATION, METRICS], addresses: ['192.168.40.12', 'fd00:40::12'] });
    const database = this.addWorkload('Database', {
      labels: labels('db'), services: [Service.POSTGRES, METRICS], addresses: ['192.168.40.13', 'fd00:40::13'], criticality: Criticality.CROWN_JEWEL,
    });
    const historian = this.addWorkload('Historian', { labels: labels('historian'), services: [METRICS], addresses: ['192.168.40.14', 'fd00:40::14'] });
    const monitoring = this.addWorkload('Monitoring', { labels: labels('monitoring'), services: [Service.HTTPS], addresses: ['192.168.40.15', 'fd00:40::15'] });
    this.hosts = { portal, application, database, historian, monitoring };

    const office = Peer.ipv4('192.168.10.0/24');
    const controllers = this.addUnmanagedWorkload('Controllers', { addresses: ['192.168.50.0/24'], services: [Service.tcp(4840)], labels: labels('control') });
    portal.allowFrom(office, { services: [Service.HTTPS], justification: 'staff' });
    portal.allowTo(application, { services: [APPLICATION], justification: 'requests' });
    application.allowTo(database, { services: [Service.POSTGRES], justification: 'orders' });
    historian.allowTo(controllers, { justification: 'readings' });
    historian.allowTo(database, { services: [Service.POSTGRES], justification: 'readings are stored' });
    monitoring.allowFrom(office, { justification: 'dashboards' });
    monitoring.allowTo(Peer.selected(Selector.oneOf('tier', 'web', 'app', 'db', 'historian')), { services: [METRICS], justification: 'monitoring' });
    // Hosts in one segment ask the same servers for names and time.
    const hosts = this.addSegment('Hosts', { members: Selector.oneOf('tier', 'web', 'app', 'db', 'historian', 'monitoring') });
    hosts.allowTo(Peer.ipv4('192.168.1.53'), { services: [Service.DNS, Service.NTP], justification: 'names and time' });

    this.addInvariant(Invariant.denies(portal, database));
    this.addInvariant(Invariant.denies(portal, controllers));
    this.addInvariant(Invariant.exposedOnly([portal, monitoring]));
  }
}
