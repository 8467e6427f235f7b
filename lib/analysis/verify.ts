import { PeerTraffic } from '../algebra';
import { Manifest } from '../compiler';
import { EnforcedArtifact, EnforcedWorkload } from '../platforms/platform';
import { grouped } from '../support/groups';
import { compareText, sortedBy } from '../support/order';
import { deviation } from './verify/compare';
import { DeclaredAt } from './verify/declared-at';
import { ENDS, Expected } from './verify/expected';
import { CarrierTraffic, flowsOf, sortFlows, VerifiedFlow } from './verify/flows';
import { pair, Pairing, PlacedManifest } from './verify/pairing';

export { VerifiedFlow } from './verify/flows';
export { PlacedManifest } from './verify/pairing';

export interface VerifiedArtifact {
  readonly platform: string;
  /** Path relative to the directory read; `.` where no artifact holds a workload that should be enforced. */
  readonly path: string;
  readonly ok: boolean;
  /** Admitted, and not declared. */
  readonly excess: VerifiedFlow[];
  /** Declared, and not admitted. */
  readonly missing: VerifiedFlow[];
}

export interface VerifiedPolicy {
  readonly id: string;
  /** Construct path; absent where no manifest knows the id. */
  readonly path?: string;
  readonly artifacts: VerifiedArtifact[];
}

export interface VerifyResult {
  readonly ok: boolean;
  readonly policies: VerifiedPolicy[];
}

/** Platforms on which rules that are not yet in force lie ready for review. */
const WITH_REVIEW: readonly string[] = ['aws'];
const NOT_FOUND = '.';

/**
 * Do the artifacts admit exactly what the manifest declares? Every carrier of every workload is compared on its own; what
 * the carriers of a workload deviate by is reported together.
 */
export function verify(manifest: Manifest, artifacts: readonly EnforcedArtifact[]): VerifyResult {
  return verifyPlaced([{ directory: '', manifest }], artifacts);
}

/** The same for manifests in several directories: an artifact is held against the nearest one. */
export function verifyPlaced(manifests: readonly PlacedManifest[], artifacts: readonly EnforcedArtifact[]): VerifyResult {
  return resultOf(pair(manifests, artifacts).map((pairing) => verifyPolicy(pairing, lost(pairing))));
}

/** Does what hosts enforce at this moment agree with the manifests? It says nothing of workloads elsewhere. */
export function verifyLive(manifests: readonly PlacedManifest[], live: readonly EnforcedArtifact[]): VerifyResult {
  const concerned = pair(manifests, live).filter(({ parts }) => parts.length > 0);
  return resultOf(concerned.map((pairing) => verifyPolicy(pairing, [])));
}

function resultOf(policies: VerifiedPolicy[]): VerifyResult {
  return { ok: policies.every((policy) => policy.artifacts.every(({ ok }) => ok)), policies };
}

/** One carrier in one artifact; without a carrier where there should be one and is none. */
interface Subject extends Pick<EnforcedWorkload, 'workload' | 'role' | 'ingress' | 'egress' | 'rules'> {
  readonly platform: string;
  readonly path: string;
  readonly carrier?: string;
}

function verifyPolicy({ id, policy, parts }: Pairing, absent: readonly Subject[]): VerifiedPolicy {
  const expected = new Expected(policy);
  const sources = new DeclaredAt(policy);
  const found = parts.flatMap(({ platform, path, workloads }) => workloads.map((workload): Subject => ({ ...workload, platform, path })));
  const byArtifact = grouped([...found, ...absent], ({ platform, path }) => JSON.stringify([platform, path]));
  const inOrder = [...byArtifact].sort(([a], [b]) => compareText(a, b));
  const artifacts = inOrder.map(([, subjects]) => verifyArtifact(expected, sources, subjects));
  return { id, path: policy?.path, artifacts };
}

function verifyArtifact(expected: Expected, sources: DeclaredAt, subjects: readonly Subject[]): VerifiedArtifact {
  const excess: VerifiedFlow[][] = [];
  const missing: VerifiedFlow[][] = [];
  for (const [workload, carriers] of grouped(subjects, (subject) => subject.workload)) {
    for (const end of ENDS) {
      const compared = carriers.map((subject) => {
        const expectation = expected.of(workload, subject.role, end, subject.platform);
        const rules = () => (subject.rules?.(end) ?? []).map(({ at, traffic }) => ({ at, traffic: expected.read(traffic) }));
        return { carrier: subject.carrier, rules, ...deviation(expected, expectation, expected.read(subject[end])) };
      });
      const report = (traffic: CarrierTraffic[]) => (
        flowsOf(workload, end, traffic, expected.names).map((flow) => ({ ...flow, sources: sources.of(flow) })));
      excess.push(report(compared.map(({ carrier, rules, excess: traffic }) => ({ carrier, rules, traffic }))));
      missing.push(report(compared.map(({ carrier, missing: traffic }) => ({ carrier, rules: () => [], traffic }))));
    }
  }
  const { platform, path } = subjects[0];
  const [wider, narrower] = [sortFlows(excess.flat()), sortFlows(missing.flat())];
  return { platform, path, ok: wider.length + narrower.length === 0, excess: wider, missing: narrower };
}

/** Workloads that the manifest calls enforced, or ready for review, of which no artifact knows: all that they need is missing. */
function lost({ policy, parts }: Pairing): Subject[] {
  const keyOf = (...key: string[]) => JSON.stringify(key);
  const found = new Set(parts.flatMap(({ platform, workloads }) => workloads.map(({ workload, role }) => keyOf(platform, workload, role))));
  const paths = new Map(sortedBy(parts, ({ path }) => path).reverse().map(({ platform, path }) => [platform, path]));
  const managed = (policy?.workloads ?? []).filter((workload) => workload.managed);
  return managed.flatMap(({ id, mode, enforcementPoints }) => {
    const platforms = [...new Set(enforcementPoints.map(({ platform }) => platform))];
    return platforms.flatMap((platform) => rolesOn(platform, mode)
      .filter((role) => !found.has(keyOf(platform, id, role)))
      .map((role): Subject => (
        { platform, path: paths.get(platform) ?? NOT_FOUND, workload: id, role, ingress: PeerTraffic.EMPTY, egress: PeerTraffic.EMPTY })));
  });
}

function rolesOn(platform: string, mode: string): EnforcedWorkload['role'][] {
  return mode === 'enforce' || !WITH_REVIEW.includes(platform) ? ['attached'] : ['attached', 'review'];
}
