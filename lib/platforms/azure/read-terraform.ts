import { Problem, SegmentationError } from '../../support/errors';
import { ArtifactReader, EnforcedArtifact, FileFilter } from '../platform';
import { readStacks } from '../terraform/stack';
import { World } from '../terraform/world';
import { enforcedArtifacts } from './read/effective';
import { readCarriers } from './read/interfaces';
import { FOLLOWED, readApplicationGroups, readSecurityGroups } from './read/security-groups';

/** How many interfaces and subnets there are is no matter of what groups admit. */
const OF_GROUPS = /#azurerm_(network|application)_security_group\./;

/**
 * Reads network security groups back from `cdk.tf.json` files, those of CDK for Terraform and those written by hand: rules by
 * priority, Azure's own default rules after them, and on an interface what its group and its subnet's group both admit.
 */
export class AzureTerraformReader implements ArtifactReader {
  public readonly platform = 'azure';

  /** @throws MSEG8002 for a file that is no configuration, MSEG8004 for everything that decides what is admitted and cannot be read */
  public read(directory: string, counts?: FileFilter): EnforcedArtifact[] {
    const found: Problem[] = [];
    const world = new World(readStacks(directory, counts), FOLLOWED, found);
    const problems = found.filter(({ where }) => OF_GROUPS.test(where));
    const network = {
      artifacts: world.stacks.map(({ file }) => file),
      applicationGroups: readApplicationGroups(world, problems),
      securityGroups: readSecurityGroups(world, problems),
      ...carriersOf(world, problems),
    };
    const artifacts = enforcedArtifacts(this.platform, network, problems);
    if (problems.length > 0) throw new SegmentationError(problems);
    return artifacts;
  }
}

function carriersOf(world: World, problems: Problem[]) {
  const { interfaces, subnets, machines } = readCarriers(world, problems);
  return { interfaces, subnets, machines: machines.filter(({ length }) => length > 1) };
}
