import { createRequire } from 'module';
import { join } from 'path';
import type * as Cdktf from 'cdktf';
import { IConstruct } from 'constructs';
import { fail } from '../../support/errors';

/** The modules of the providers that this binding uses, with their types in one of the families. */
interface ProviderModules {
  'aws': {
    'cloudwatch-log-group': typeof import('@cdktf/provider-aws/lib/cloudwatch-log-group');
    'data-aws-caller-identity': typeof import('@cdktf/provider-aws/lib/data-aws-caller-identity');
    'data-aws-partition': typeof import('@cdktf/provider-aws/lib/data-aws-partition');
    'flow-log': typeof import('@cdktf/provider-aws/lib/flow-log');
    'iam-role': typeof import('@cdktf/provider-aws/lib/iam-role');
    'iam-role-policy': typeof import('@cdktf/provider-aws/lib/iam-role-policy');
    's3-object': typeof import('@cdktf/provider-aws/lib/s3-object');
    'security-group': typeof import('@cdktf/provider-aws/lib/security-group');
    'ssm-association': typeof import('@cdktf/provider-aws/lib/ssm-association');
    'vpc-security-group-egress-rule': typeof import('@cdktf/provider-aws/lib/vpc-security-group-egress-rule');
    'vpc-security-group-ingress-rule': typeof import('@cdktf/provider-aws/lib/vpc-security-group-ingress-rule');
  };
  'azurerm': {
    'application-security-group': typeof import('@cdktf/provider-azurerm/lib/application-security-group');
    'network-interface-application-security-group-association':
    typeof import('@cdktf/provider-azurerm/lib/network-interface-application-security-group-association');
    'network-interface-security-group-association': typeof import('@cdktf/provider-azurerm/lib/network-interface-security-group-association');
    'network-security-group': typeof import('@cdktf/provider-azurerm/lib/network-security-group');
    'network-security-rule': typeof import('@cdktf/provider-azurerm/lib/network-security-rule');
    'network-watcher-flow-log': typeof import('@cdktf/provider-azurerm/lib/network-watcher-flow-log');
    'subnet-network-security-group-association': typeof import('@cdktf/provider-azurerm/lib/subnet-network-security-group-association');
  };
  'google': {
    'compute-firewall': typeof import('@cdktf/provider-google/lib/compute-firewall');
    'compute-network-firewall-policy': typeof import('@cdktf/provider-google/lib/compute-network-firewall-policy');
    'compute-network-firewall-policy-association': typeof import('@cdktf/provider-google/lib/compute-network-firewall-policy-association');
    'compute-network-firewall-policy-rule': typeof import('@cdktf/provider-google/lib/compute-network-firewall-policy-rule');
    'tags-tag-key': typeof import('@cdktf/provider-google/lib/tags-tag-key');
    'tags-tag-value': typeof import('@cdktf/provider-google/lib/tags-tag-value');
  };
}

/** What is called when a stack is written to its directory. */
export interface CustomSynthesis {
  onSynthesize(session: Cdktf.ISynthesisSession): void;
}

const RTTI = Symbol.for('jsii.rtti');

interface Packages {
  readonly core: string;
  /** What the names of its provider packages start with. */
  readonly providers: string;
}

/** The packages of the two families, by the jsii name of their stack class. */
const FAMILIES: ReadonlyMap<string, Packages> = new Map([
  ['cdktf.TerraformStack', { core: 'cdktf', providers: '@cdktf/provider-' }],
  ['cdktn.TerraformStack', { core: 'cdktn', providers: '@cdktn/provider-' }],
]);

/** The jsii names of the two families' apps. */
const APPS = ['cdktf.App', 'cdktn.App'];

const own = createRequire(__filename);

/**
 * The packages that the user's stack is made of: CDK for Terraform, or CDK Terrain. A stack of one family takes no
 * resources of the other, and a user has one of them installed, so they are loaded when a construct is made.
 */
export class TerraformFamily {
  /** @throws MSEG9002 where no parent is a Terraform stack. */
  public static of(scope: IConstruct): TerraformFamily {
    for (const parent of [...scope.node.scopes].reverse()) {
      const name = jsiiNames(parent).find((fqn) => FAMILIES.has(fqn));
      if (name !== undefined) return new TerraformFamily(parent as Cdktf.TerraformStack, FAMILIES.get(name)!);
    }
    return fail('MSEG9002', scope.node.path, 'this construct belongs into a TerraformStack of cdktf or cdktn');
  }

  private constructor(public readonly stack: Cdktf.TerraformStack, private readonly packages: Packages) {}

  /** @throws MSEG9001 */
  public get core(): typeof Cdktf {
    return this.load<typeof Cdktf>(this.packages.core);
  }

  /** One module of a provider: the whole takes seconds and half a gigabyte to load. @throws MSEG9001 */
  public provider<P extends keyof ProviderModules, M extends keyof ProviderModules[P] & string>(
    provider: P, module: M,
  ): ProviderModules[P][M] {
    return this.load<ProviderModules[P][M]>(`${this.packages.providers}${provider}`, `lib/${module}`);
  }

  public onSynthesize(construct: IConstruct, synthesis: CustomSynthesis): void {
    const synthesizer = this.load<{ addCustomSynthesis(construct: IConstruct, synthesis: CustomSynthesis): void }>(
      this.packages.core, 'lib/synthesize/synthesizer',
    );
    synthesizer.addCustomSynthesis(construct, synthesis);
  }

  private load<T>(name: string, path = ''): T {
    const file = resolveFrom(join(name, path).replace(/\\/g, '/'));
    if (file === undefined) return fail('MSEG9001', this.stack.node.path, `run "npm install ${name}": ${name} could not be found`);
    return own(file) as T;
  }
}

/**
 * Where a module is. Beside this package it usually is; where this package is linked into a project, it is found from
 * the project.
 */
function resolveFrom(name: string): string | undefined {
  const project = [process.cwd(), ...(process.argv[1] ? [join(process.argv[1], '..')] : [])];
  for (const options of [undefined, { paths: project }]) {
    try {
      return own.resolve(name, options);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

/** The app that the scope is in, of either family. @throws MSEG9002 where it is in none. */
export function appOf(scope: IConstruct): Cdktf.App {
  const { root } = scope.node;
  if (jsiiNames(root).some((fqn) => APPS.includes(fqn))) return root as Cdktf.App;
  return fail('MSEG9002', scope.node.path, 'this belongs into an App of cdktf or cdktn');
}

/** The jsii names of an object's classes, the most derived one first. Classes of user code have none of their own. */
function jsiiNames(construct: object): string[] {
  const names: string[] = [];
  for (let type: object | null = construct.constructor; type !== null; type = Object.getPrototypeOf(type) as object | null) {
    const rtti = Object.getOwnPropertyDescriptor(type, RTTI)?.value as { fqn: string } | undefined;
    if (rtti) names.push(rtti.fqn);
  }
  return names;
}
