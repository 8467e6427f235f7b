import { Problem, SegmentationError } from '../../support/errors';
import { ArtifactReader, EnforcedArtifact, FileFilter } from '../platform';
import { readStacks } from '../terraform/stack';
import { World } from '../terraform/world';
import { enforcedArtifacts } from './read/effective';
import { readCarriers } from './read/terraform/carriers';
import { GROUPS, isGroupAddress, readGroups } from './read/terraform/groups';
import { MACHINES } from './read/terraform/machine-parts';

/**
 * Reads security groups back from `cdk.tf.json` files, those of CDK for Terraform and those written by hand. Expressions are
 * evaluated from the files alone: `for_each` maps, locals, and outputs of other stacks of the directory.
 */
export class TerraformReader implements ArtifactReader {
  public readonly platform = 'aws';

  /** @throws MSEG8002 for a file that is no configuration, MSEG8004 for everything that decides what is admitted and cannot be read */
  public read(directory: string, counts?: FileFilter): EnforcedArtifact[] {
    const found: Problem[] = [];
    const world = new World(readStacks(directory, counts), { ...GROUPS, ...MACHINES }, found);
    // How many machines there are is no matter of what groups admit.
    const problems = found.filter(({ where }) => isGroupAddress(where));
    const groups = readGroups(world, problems);
    const carriers = readCarriers(world, problems);
    if (problems.length > 0) throw new SegmentationError(problems);
    return enforcedArtifacts(this.platform, { artifacts: world.stacks.map(({ file }) => file), groups, carriers });
  }
}
