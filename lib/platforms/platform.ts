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
  /** The rules that admit the traffic of an end, for telling whose doing it is. Absent where an artifact is made as a whole. */
  readonly rules?: (end: 'ingress' | 'egress') => AdmittingRule[];
}

/** A rule that admits something, unless a rule before it denies that. */
export interface AdmittingRule {
  /** Artifact file and address in it of the resource that the rule is written in. */
  readonly at: string;
  readonly traffic: PeerTraffic;
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
  /**
   * Reads every artifact of its kind below `directory`; an unreadable one throws a SegmentationError that names the file.
   *
   * @param counts tells by its path whether a file is to be read; without it every file is
   */
  read(directory: string, counts?: FileFilter): EnforcedArtifact[];
}

/** Takes a path relative to the directory read, with forward slashes. */
export type FileFilter = (path: string) => boolean;
