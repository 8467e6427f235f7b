import { mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as Cdktf from 'cdktf';
import { SegmentationPolicy, SegmentationPolicyProps } from '../../../lib/model';
import { messageOf } from '../../support/problems';
import { withoutTokenStacks } from '../../support/token-stacks';

export { messageOf } from '../../support/problems';

export type Json = any;

const load = createRequire(__filename);

/** CDK for Terraform or CDK Terrain, with the providers that go with it. */
export interface Framework {
  readonly name: string;
  readonly core: typeof Cdktf;
  /** What the names of its provider packages start with. */
  readonly providers: string;
}

/** A provider, with what its configuration needs. */
const PROVIDERS = {
  aws: { type: 'AwsProvider', config: { region: 'eu-west-1' } },
  azurerm: { type: 'AzurermProvider', config: { features: [{}], subscriptionId: '00000000-0000-0000-0000-000000000000' } },
  google: { type: 'GoogleProvider', config: { project: 'shop', region: 'europe-west1' } },
};
export type Provider = keyof typeof PROVIDERS;

/** Those of which the core and the provider are installed. The tests are the same for both. */
export function frameworksWith(provider: Provider): Framework[] {
  return [['cdktf', '@cdktf/provider-'], ['cdktn', '@cdktn/provider-']]
    .filter(([name, providers]) => [name, `${providers}${provider}`].every(isInstalled))
    .map(([name, providers]) => ({ name, providers, core: coreOf(name) }));
}

function coreOf(name: string): typeof Cdktf {
  withoutTokenStacks(name);
  return load(name) as typeof Cdktf;
}

function isInstalled(name: string): boolean {
  try {
    load.resolve(`${name}/package.json`);
    return true;
  } catch {
    process.stderr.write(`TESTS WITH ${name} SKIPPED: it is not installed\n`);
    return false;
  }
}

export const FRAMEWORKS = frameworksWith('aws');

/** An app in a temporary directory, and what it synthesizes. */
export class TestApp {
  public readonly app: Cdktf.App;
  private readonly providers = new Map<Cdktf.TerraformStack, Provider>();

  public constructor(public readonly framework: Framework) {
    this.app = new framework.core.App({ outdir: mkdtempSync(join(tmpdir(), 'microseg-cdktf-')) });
  }

  /** A stack with one provider, whose resources `make` makes in it. */
  public stack(id: string, provider: Provider = 'aws'): Cdktf.TerraformStack {
    const stack = new this.framework.core.TerraformStack(this.app, id);
    this.providers.set(stack, provider);
    const { type, config } = PROVIDERS[provider];
    this.make(stack, 'provider', provider, config, type);
    return stack;
  }

  /** A resource of the stack's provider: module `vpc` holds class `Vpc`. */
  public make(scope: Cdktf.TerraformStack, module: string, id: string, props: object, type = pascalCase(module)): Json {
    const types = load(`${this.framework.providers}${this.providers.get(scope) ?? 'aws'}/lib/${module}`) as Json;
    return new types[type](scope, id, props);
  }

  public synth(): this {
    this.app.synth();
    return this;
  }

  /** The configuration of a stack, after synthesis. */
  public configuration(stack: string): Json {
    return this.file(stack, 'cdk.tf.json');
  }

  public manifest(stack: string): Json {
    return this.file(stack, 'segmentation.json');
  }

  /** Warnings of a stack, after synthesis. */
  public warnings(stack: string): string[] {
    const { stacks } = JSON.parse(readFileSync(join(this.app.outdir, 'manifest.json'), 'utf8')) as Json;
    return stacks[stack].annotations.map(({ message }: { message: string }) => message);
  }

  private file(stack: string, name: string): Json {
    return JSON.parse(readFileSync(join(this.app.outdir, 'stacks', stack, name), 'utf8'));
  }
}

/** A policy whose expiry does not depend on the day on which the test runs. */
export function policyIn(stack: Cdktf.TerraformStack, id = 'Payments', props: SegmentationPolicyProps = {}): SegmentationPolicy {
  return new SegmentationPolicy(stack, id, { asOf: '2026-01-01T00:00:00Z', ...props });
}

/** The one resource of its type. */
export function only(configuration: Json, type: string): Json {
  const resources = Object.values(configuration.resource[type] ?? {});
  expect(resources).toHaveLength(1);
  return resources[0];
}

/** The maps of an enforcement point's three resources, whatever else they say. */
export function mapsOf(configuration: Json): { groups: Json; ingress: Json; egress: Json } {
  return {
    groups: only(configuration, 'aws_security_group').for_each,
    ingress: only(configuration, 'aws_vpc_security_group_ingress_rule').for_each,
    egress: only(configuration, 'aws_vpc_security_group_egress_rule').for_each,
  };
}

/** Rules of a group, without their ids. */
export function rulesOf(map: Json, group: string): Json[] {
  return Object.values<Json>(map).filter((rule) => rule.group === group);
}

/** Ids of the problems that the work fails with, each once. */
export function codesOf(work: () => unknown): string[] {
  return [...new Set(messageOf(work).match(/MSEG\d{4}/g))];
}

function pascalCase(module: string): string {
  return module.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('');
}
