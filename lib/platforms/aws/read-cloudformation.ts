import { Problem, SegmentationError } from '../../support/errors';
import { ArtifactReader, EnforcedArtifact, FileFilter } from '../platform';
import { readTemplates } from './read/cloudformation/assembly';
import { readCarriers } from './read/cloudformation/carriers';
import { readGroups } from './read/cloudformation/groups';
import { References } from './read/cloudformation/references';
import { enforcedArtifacts } from './read/effective';

/**
 * Reads security groups back from CloudFormation templates: an assembly of the AWS CDK with its stages and nested stacks,
 * or any directory with `*.template.json` files. References are followed within and between the templates of the directory.
 */
export class CloudFormationReader implements ArtifactReader {
  public readonly platform = 'aws';

  /** @throws MSEG8002 for a file that is no template, MSEG8004 for everything in it that decides what is admitted and cannot be read */
  public read(directory: string, counts?: FileFilter): EnforcedArtifact[] {
    const problems: Problem[] = [];
    const templates = readTemplates(directory, problems, counts);
    const references = new References(templates);
    const groups = readGroups(templates, references, problems);
    const carriers = readCarriers(templates, references, problems);
    if (problems.length > 0) throw new SegmentationError(problems);
    const artifacts = templates.filter((template) => template.parents.length === 0).map(({ file }) => file);
    return enforcedArtifacts(this.platform, { artifacts, groups, carriers });
  }
}
