import { readArtifacts, readManifests } from '../../lib/cli/input';
import { ManifestPolicy } from '../../lib/compiler';
import { readTemplates } from '../../lib/platforms/aws/read/cloudformation/assembly';
import { readGroups as readCloudFormationGroups } from '../../lib/platforms/aws/read/cloudformation/groups';
import { References } from '../../lib/platforms/aws/read/cloudformation/references';
import { ReadGroup } from '../../lib/platforms/aws/read/model';
import { GROUPS, readGroups as readTerraformGroups } from '../../lib/platforms/aws/read/terraform/groups';
import { EnforcedWorkload } from '../../lib/platforms/platform';
import { readStacks } from '../../lib/platforms/terraform/stack';
import { World } from '../../lib/platforms/terraform/world';
import { Problem, SegmentationError } from '../../lib/support/errors';

/** An example's output, read back from its files alone. */
export interface Synthesized {
  readonly name: string;
  readonly directory: string;
  readonly policy: ManifestPolicy;
  /** The policy's security groups with their rules. */
  readonly groups: readonly ReadGroup[];
  /** What its security groups let each workload do. */
  readonly enforced: readonly EnforcedWorkload[];
  /** Workloads whose hosts enforce the policy themselves. */
  readonly hosts: readonly string[];
}

export function read(name: string, directory: string): Synthesized {
  const [{ manifest: { policies: [policy] } }] = readManifests(directory);
  const artifacts = readArtifacts(directory);
  const on = (platform: string) => artifacts.filter((artifact) => artifact.platform === platform).flatMap((artifact) => artifact.workloads);
  return {
    name,
    directory,
    policy,
    groups: groupsOf(directory).filter((group) => group.tags.get('microseg:policy') === policy.id),
    enforced: on('aws').filter(({ role }) => role === 'attached'),
    hosts: on('linux').map(({ workload }) => workload),
  };
}

function groupsOf(directory: string): ReadGroup[] {
  const problems: Problem[] = [];
  const templates = readTemplates(directory, problems);
  const inTemplates = readCloudFormationGroups(templates, new References(templates), problems);
  const inTerraform = readTerraformGroups(new World(readStacks(directory), GROUPS, problems), problems);
  if (problems.length > 0) throw new SegmentationError(problems);
  return [...inTemplates.values(), ...inTerraform.values()];
}
