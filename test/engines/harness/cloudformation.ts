import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Answer, Aws, AwsError } from './aws';

/** moto's fixed account and the region that every test uses. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

const TEMPLATE_BUCKET = 'microseg-templates';

/** A stack of a cloud assembly, in its place in the deployment order. */
export interface AssemblyStack {
  readonly name: string;
  readonly templateFile: string;
}

export interface DeployedResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

export interface DeployedStack {
  readonly name: string;
  readonly status: string;
  readonly outputs: { readonly [key: string]: string };
  readonly resources: readonly DeployedResource[];
}

interface Assembly {
  readonly stacks: readonly AssemblyStack[];
  readonly assets: readonly { readonly file: string; readonly bucket: string; readonly key: string }[];
}

/** Deploys every stack of a cloud assembly directory: creates what is not there, updates what is. */
export async function deployAssembly(aws: Aws, directory: string): Promise<DeployedStack[]> {
  const assembly = readAssembly(directory);
  for (const asset of assembly.assets) await aws.upload(asset.file, asset.bucket, asset.key);
  const deployed: DeployedStack[] = [];
  for (const stack of assembly.stacks) deployed.push(await deployTemplate(aws, stack.name, readJson(stack.templateFile)));
  return deployed;
}

/** Deletes the stacks of a cloud assembly directory, the last deployed first. */
export async function deleteAssembly(aws: Aws, directory: string): Promise<void> {
  for (const stack of [...readAssembly(directory).stacks].reverse()) await deleteStack(aws, stack.name);
}

/** Creates or updates one stack, handing the template over through S3 as the CDK does (a request body holds 51,200 bytes only). */
export async function deployTemplate(aws: Aws, name: string, template: Answer): Promise<DeployedStack> {
  const TemplateURL = await publishTemplate(aws, name, withoutBootstrapCheck(template));
  await aws.call('cloudformation', (await exists(aws, name)) ? 'update_stack' : 'create_stack', {
    StackName: name,
    TemplateURL,
    Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
  });
  return describeStack(aws, name);
}

export async function deleteStack(aws: Aws, name: string): Promise<void> {
  await aws.call('cloudformation', 'delete_stack', { StackName: name });
}

export async function describeStack(aws: Aws, name: string): Promise<DeployedStack> {
  const { Stacks: [stack] } = await aws.call('cloudformation', 'describe_stacks', { StackName: name });
  const { StackResourceSummaries: resources } = await aws.call('cloudformation', 'list_stack_resources', { StackName: name });
  return {
    name: stack.StackName,
    status: stack.StackStatus,
    outputs: Object.fromEntries((stack.Outputs ?? []).map((output: Answer) => [output.OutputKey, output.OutputValue])),
    resources: resources
      .filter((resource: Answer) => resource.ResourceType)
      .map((resource: Answer): DeployedResource => ({
        logicalId: resource.LogicalResourceId,
        physicalId: resource.PhysicalResourceId,
        type: resource.ResourceType,
      })),
  };
}

async function exists(aws: Aws, name: string): Promise<boolean> {
  try {
    await aws.call('cloudformation', 'describe_stacks', { StackName: name });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ValidationError') return false;
    throw error;
  }
}

async function publishTemplate(aws: Aws, name: string, template: Answer): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-template-'));
  try {
    const file = join(directory, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    await aws.upload(file, TEMPLATE_BUCKET, `${name}.json`);
  } finally {
    rmSync(directory, { recursive: true });
  }
  return `https://s3.${REGION}.amazonaws.com/${TEMPLATE_BUCKET}/${name}.json`;
}

/** The CDK's check of its bootstrap stack reads an SSM parameter that only a bootstrapped account has. */
function withoutBootstrapCheck(template: Answer): Answer {
  const { BootstrapVersion: _version, ...parameters } = template.Parameters ?? {};
  const { CheckBootstrapVersion: _check, ...rules } = template.Rules ?? {};
  return { ...template, Parameters: parameters, Rules: rules };
}

/** Reads manifest.json, with the assemblies of stages below it. */
export function readAssembly(directory: string): Assembly {
  const { artifacts } = readJson(join(directory, 'manifest.json'));
  const stages = ofType(artifacts, 'cdk:cloud-assembly')
    .map((id) => readAssembly(join(directory, artifacts[id].properties.directoryName)));
  const stacks = inDependencyOrder(artifacts).map((id) => ({
    name: artifacts[id].properties.stackName ?? id,
    templateFile: join(directory, artifacts[id].properties.templateFile),
  }));
  const assets = ofType(artifacts, 'cdk:asset-manifest').flatMap((id) => readAssets(directory, artifacts[id].properties.file));
  return {
    stacks: [...stages.flatMap((stage) => stage.stacks), ...stacks],
    assets: [...stages.flatMap((stage) => stage.assets), ...assets],
  };
}

function readAssets(directory: string, file: string): Assembly['assets'] {
  const files: Answer[] = Object.values(readJson(join(directory, file)).files ?? {});
  return files.flatMap(({ source, destinations }) =>
    Object.values<Answer>(destinations).map((destination) => ({
      file: join(directory, source.path),
      bucket: concrete(destination.bucketName),
      key: concrete(destination.objectKey),
    })));
}

/** Destinations of an environment-agnostic stack carry placeholders. */
function concrete(text: string): string {
  return text.replaceAll('${AWS::AccountId}', ACCOUNT).replaceAll('${AWS::Region}', REGION).replaceAll('${AWS::Partition}', 'aws');
}

function inDependencyOrder(artifacts: Answer): string[] {
  const ordered = new Set<string>();
  const visit = (id: string) => {
    if (ordered.has(id)) return;
    for (const dependency of artifacts[id].dependencies ?? []) {
      if (artifacts[dependency].type === 'aws:cloudformation:stack') visit(dependency);
    }
    ordered.add(id);
  };
  ofType(artifacts, 'aws:cloudformation:stack').forEach(visit);
  return [...ordered];
}

function ofType(artifacts: Answer, type: string): string[] {
  return Object.keys(artifacts).filter((id) => artifacts[id].type === type);
}

function readJson(file: string): Answer {
  return JSON.parse(readFileSync(file, 'utf8'));
}
