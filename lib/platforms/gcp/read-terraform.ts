import { Problem, SegmentationError } from '../../support/errors';
import { ArtifactReader, EnforcedArtifact, FileFilter } from '../platform';
import { readStacks } from '../terraform/stack';
import { World } from '../terraform/world';
import { readCarriers } from './read/carriers';
import { enforcedArtifacts } from './read/effective';
import { readFirewalls } from './read/firewalls';
import { FOLLOWED } from './read/names';

/**
 * Reads Google Cloud's firewalls back from `cdk.tf.json` files, those of CDK for Terraform and those written by hand: VPC
 * firewall rules and network firewall policies in their order, with the implied rules beneath, for every machine of a
 * workload. A workload is known by the descriptions of its rules, a machine by the tags and accounts that it carries.
 */
export class GoogleTerraformReader implements ArtifactReader {
  public readonly platform = 'gcp';

  /** @throws MSEG8002 for a file that is no configuration, MSEG8004 for everything that decides what is admitted and cannot be read */
  public read(directory: string, counts?: FileFilter): EnforcedArtifact[] {
    const problems: Problem[] = [];
    const world = new World(readStacks(directory, counts), FOLLOWED, problems);
    const firewalls = readFirewalls(world, problems);
    const carriers = readCarriers(world, problems);
    const artifacts = world.stacks.map(({ file }) => file);
    const enforced = enforcedArtifacts(this.platform, { artifacts, carriers, ...firewalls }, problems);
    if (problems.length > 0) throw new SegmentationError(problems);
    return enforced;
  }
}
