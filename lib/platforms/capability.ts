import { ManifestService } from '../compiler';

/** What the rules of a platform can say. */
export interface PlatformCapabilities {
  /** As in manifests and reports: `aws`, `azure`, `gcp`, `linux`. */
  readonly platform: string;
  /** Whether a rule can admit exactly this service; what is wider or narrower is refused at synthesis. */
  canFilter(service: ManifestService): boolean;
}
