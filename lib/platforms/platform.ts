import { PeerTraffic } from '../algebra';

/**
 * What an artifact lets one workload do, read from the artifact alone.
 *
 * A `carrier` is the thing that the rules sit on: a resource's network interface, or, where the artifact shows no
 * such resource, the workload's own groups.
 */
export interface EnforcedWorkload {
  readonly policy: string;
  readonly workload: string;
  /** Artifact file (relative to the directory read) and address in it. */
  readonly carrier: string;
  /** `attached` is in force; `review` shows what ENFORCE would leave and is in force nowhere. */
  readonly role: 'attached' | 'review';
  readonly ingress: PeerTraffic;
  readonly egress: PeerTraffic;
}

/** One artifact and what it enforces. */
export interface EnforcedArtifact {
  readonly platform: string;
  /** Path relative to the directory read, with forward slashes. */
  readonly path: string;
  readonly workloads: EnforcedWorkload[];
}

/** Reads a platform's artifacts back into traffic, without any help from the plan that made them. */
export interface ArtifactReader {
  readonly platform: string;
  /** Reads every artifact of its kind below `directory`; an unreadable one throws a SegmentationError that names the file. */
  read(directory: string): EnforcedArtifact[];
}
