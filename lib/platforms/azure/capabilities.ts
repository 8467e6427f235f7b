import { ManifestService } from '../../compiler';
import { PlatformCapabilities } from '../capability';
import { ruleTraffic } from './rule-traffic';

/** What rules of network security groups can say. */
export const AZURE_CAPABILITIES: PlatformCapabilities = {
  platform: 'azure',
  canFilter: (service: ManifestService) => ruleTraffic(service) !== undefined,
};
