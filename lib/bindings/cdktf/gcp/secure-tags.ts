import { Construct } from 'constructs';
import { isToken } from '../../../support/deploy-time';
import { fail } from '../../../support/errors';
import type { TerraformFamily } from '../family';
import { resourceName } from './names';

export interface SecureTagsProps {
  readonly enforcementPoint: string;
  readonly policy: string;
  /** Id or self link. */
  readonly network: string;
  /** Default: the project of the network. */
  readonly tagParent?: string;
}

/** The secure tags that an enforcement point makes: one key, as soon as a workload needs it, and a value for each of them. */
export class SecureTags {
  private key?: { readonly id: string };

  public constructor(
    private readonly scope: Construct,
    private readonly family: TerraformFamily,
    private readonly props: SecureTagsProps,
  ) {}

  /**
   * A new tag.
   *
   * @returns `tagValues/` and its number, at deployment
   * @throws MSEG3311 if nobody can tell the network's project
   */
  public addTag(workload: string): string {
    const { TagsTagValue } = this.family.provider('google', 'tags-tag-value');
    const { enforcementPoint, policy } = this.props;
    return new TagsTagValue(this.scope, `tag-${workload}`, {
      parent: this.tagKey().id,
      shortName: resourceName(enforcementPoint, policy, workload),
      description: `Machines of ${workload}`,
    }).id;
  }

  private tagKey(): { readonly id: string } {
    const { TagsTagKey } = this.family.provider('google', 'tags-tag-key');
    const { enforcementPoint, policy, tagParent } = this.props;
    this.key ??= new TagsTagKey(this.scope, 'tag-key', {
      parent: tagParent ?? this.ofNetwork('projects/$1'),
      shortName: resourceName(enforcementPoint, policy),
      description: `Workloads of ${policy}`,
      purpose: 'GCE_FIREWALL',
      purposeData: { network: this.ofNetwork('$1/$2') },
    });
    return this.key;
  }

  /** A text about the network. @param template with `$1` for its project and `$2` for its name */
  private ofNetwork(template: string): string {
    const { network } = this.props;
    if (isToken(network)) return this.family.core.Fn.replace(network, `/${NETWORK.source}/`, template);
    if (!NETWORK.test(network)) fail('MSEG3311', this.props.enforcementPoint, `${JSON.stringify(network)} does not say which project the network is in`);
    return network.replace(NETWORK, template);
  }
}

/** Id or self link of a network. In Terraform as in JavaScript. */
const NETWORK = /^.*projects[/]([^/]+)[/]global[/]networks[/]([^/]+)$/;
