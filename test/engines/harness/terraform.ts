import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { providerMirror } from './engines';
import { InMemoryProviders } from './in-memory-providers';

/**
 * Terraform roots around `cdk.tf.json` files that stay untouched: whatever a test needs to change goes into an
 * `override.tf.json` beside it, which Terraform merges over the original.
 *
 * Every command starts the provider, which costs seconds: ask for few.
 */
export interface TerraformResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** Everything that was said, for messages. */
  readonly text: string;
}

export interface PlannedChange {
  readonly address: string;
  /** `['create']`, `['update']`, `['delete']`, or a replacement `['delete', 'create']`. */
  readonly actions: readonly string[];
}

/** A resource of a state in Terraform's JSON format. */
export interface StateResource {
  readonly address: string;
  readonly type: string;
  readonly values: Json;
}

/** How many resources a plan creates, updates in place, deletes and replaces. */
export interface ChangeCounts {
  readonly create: number;
  readonly update: number;
  readonly delete: number;
  readonly replace: number;
}

export interface TerraformEngines {
  /** Where the AWS API answers; without one the AWS provider cannot be applied, only validated. */
  readonly endpoint?: string;
  /** The platforms that are held in memory. Without them every root is one of AWS. */
  readonly providers?: InMemoryProviders;
}

type Json = any;

const TIMEOUT_MS = 600_000;
const APPLY = ['apply', '-no-color', '-auto-approve', '-parallelism=4'];

/** Services that the AWS provider must not look for on the Internet. */
const SERVICES = [
  'autoscaling', 'ec2', 'ecs', 'efs', 'eks', 'elasticache', 'elbv2', 'iam', 'kms', 'lambda', 'logs', 'rds', 's3', 'secretsmanager', 'ssm', 'sts',
];

/**
 * One temporary folder for the stacks of one application. Local states live side by side in it, so that a stack that
 * reads the remote state of another finds it.
 */
export class TerraformApp {
  public readonly directory = mkdtempSync(join(tmpdir(), 'microseg-terraform-'));

  private readonly engines: TerraformEngines;

  /** @param engines or the endpoint of the AWS API alone. */
  public constructor(engines: TerraformEngines | string = {}) {
    this.engines = typeof engines === 'string' ? { endpoint: engines } : engines;
    const mirror = JSON.stringify(providerMirror() ?? '');
    const installation = `provider_installation {\n  filesystem_mirror {\n    path = ${mirror}\n  }\n}\n`;
    writeFileSync(this.cliConfig, `disable_checkpoint = true\n${installation}`);
  }

  /** A root from a synthesized stack directory, or from the content of its cdk.tf.json. */
  public stack(name: string, source: string | object): TerraformStackRoot {
    const directory = join(this.directory, name);
    mkdirSync(directory);
    if (typeof source === 'string') copyFileSync(join(source, 'cdk.tf.json'), join(directory, 'cdk.tf.json'));
    else writeFileSync(join(directory, 'cdk.tf.json'), JSON.stringify(source));
    const root = new TerraformStackRoot(directory, this.cliConfig, this.engines.providers?.reattach);
    writeFileSync(join(directory, 'override.tf.json'), JSON.stringify(this.override(name, root.json)));
    return root;
  }

  public remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  private get cliConfig(): string {
    return join(this.directory, 'cli.tfrc');
  }

  private override(name: string, json: Json): object {
    const remoteStates = Object.entries<Json>(json.data?.terraform_remote_state ?? {})
      .filter(([, state]) => state.backend === 'local')
      .map(([id, state]) => [id, { config: { path: this.statePath(stackOfState(state.config.path)) } }]);
    const { endpoint, providers } = this.engines;
    // A provider that is required is started, needed or not.
    const withAws = !providers || json.terraform?.required_providers?.aws !== undefined;
    return {
      terraform: {
        ...(withAws && { required_providers: { aws: { source: 'aws', version: '>= 5.0.0' } } }),
        backend: { local: { path: this.statePath(name) } },
      },
      ...(withAws && endpoint && { provider: { aws: providerFor(endpoint) } }),
      ...(remoteStates.length > 0 && { data: { terraform_remote_state: Object.fromEntries(remoteStates) } }),
    };
  }

  private statePath(stack: string): string {
    return join(this.directory, `terraform.${stack}.tfstate`);
  }
}

/** CDKTF writes `<cwd>/terraform.<stack>.tfstate`, an absolute path of the machine that synthesized. */
function stackOfState(path: string): string {
  const name = /terraform\.([^/\\]+)\.tfstate$/.exec(path)?.[1];
  if (!name) throw new Error(`not a local state of CDKTF: ${path}`);
  return name;
}

/** Leaves `skip_requesting_account_id` alone: with it, references between groups drift. */
function providerFor(endpoint: string): object {
  return {
    region: 'us-east-1',
    access_key: 'test',
    secret_key: 'test',
    skip_credentials_validation: true,
    skip_metadata_api_check: 'true',
    skip_region_validation: true,
    s3_use_path_style: true,
    max_retries: 1,
    endpoints: Object.fromEntries(SERVICES.map((service) => [service, endpoint])),
  };
}

/** One Terraform root. Its commands run in the order in which they are called. */
export class TerraformStackRoot {
  public constructor(public readonly directory: string, private readonly cliConfig: string, private readonly reattach?: string) {}

  public get json(): Json {
    return JSON.parse(readFileSync(join(this.directory, 'cdk.tf.json'), 'utf8'));
  }

  /** Puts another synthesis in the place of this one, as a second `cdktf synth` would. */
  public resynthesize(source: string | object): void {
    const text = typeof source === 'string' ? readFileSync(join(source, 'cdk.tf.json')) : JSON.stringify(source);
    writeFileSync(join(this.directory, 'cdk.tf.json'), text);
  }

  public init(): TerraformResult {
    return this.must('init', '-no-color');
  }

  /** Answers what Terraform and the provider object to; see `ok`. */
  public validate(): TerraformResult {
    return this.run('validate', '-no-color');
  }

  /** Plans and answers the plan in Terraform's JSON format. */
  public plan(): Json {
    this.must('plan', '-no-color', '-out=plan.bin');
    return this.show('plan.bin');
  }

  /** Applies; `planned` takes the plan that `plan()` left, which saves one provider start. */
  public apply(options: { readonly planned?: boolean } = {}): TerraformResult {
    return this.must(...APPLY, ...(options.planned ? ['plan.bin'] : []));
  }

  /** Applies while other roots work: the provider waits a minute and more for databases and load balancers. Never rejects. */
  public async applyInBackground(): Promise<TerraformResult> {
    const child = spawn('terraform', APPLY, { cwd: this.directory, env: this.environment(), timeout: TIMEOUT_MS });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => { stdout += String(data); });
    child.stderr.on('data', (data) => { stderr += String(data); });
    const status = await new Promise<number | Error | null>((resolve) => child.once('error', resolve).once('close', resolve));
    return { ok: status === 0, stdout, text: `${stdout}${stderr}${status}` };
  }

  public destroy(): TerraformResult {
    return this.must('destroy', '-no-color', '-auto-approve', '-parallelism=4');
  }

  /** The state, or a saved plan, in Terraform's JSON format. */
  public show(plan?: string): Json {
    return JSON.parse(this.must('show', '-json', ...(plan ? [plan] : [])).stdout);
  }

  /** Any command, without judging its exit code. */
  public run(...args: string[]): TerraformResult {
    const result = spawnSync('terraform', args, {
      cwd: this.directory,
      env: this.environment(),
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      maxBuffer: 256 << 20,
    });
    return { ok: result.status === 0, stdout: result.stdout, text: `${result.stdout}${result.stderr}${result.error ?? ''}` };
  }

  private must(...args: string[]): TerraformResult {
    const result = this.run(...args);
    if (!result.ok) throw new Error(`terraform ${args.join(' ')} failed in ${this.directory}\n${result.text}`);
    return result;
  }

  /** Nothing of the user's own setup may leak in: no credentials, no variables, no other plugins. */
  private environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([key]) => !/^(AWS_|TF_)/.test(key));
    const settings = { TF_CLI_CONFIG_FILE: this.cliConfig, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' };
    return { ...Object.fromEntries(own), ...settings, ...(this.reattach && { TF_REATTACH_PROVIDERS: this.reattach }) };
  }
}

/** What a plan would do, without what it leaves alone or only reads. */
export function changesOf(plan: Json): PlannedChange[] {
  const changes: Json[] = plan.resource_changes ?? [];
  return changes
    .map((change) => ({ address: change.address, actions: change.change.actions as string[] }))
    .filter(({ actions }) => actions.some((action) => action !== 'no-op' && action !== 'read'));
}

/** Terraform found the world as the configuration wants it: no change, no drift in what it manages. */
export function planIsEmpty(plan: Json): boolean {
  const outputs = Object.values<Json>(plan.output_changes ?? {}).flatMap((change) => change.actions as string[]);
  return changesOf(plan).length === 0 && outputs.every((action) => action === 'no-op');
}

/** The same, counted: what a change to a policy costs. */
export function countsOf(plan: Json): ChangeCounts {
  const kinds = changesOf(plan).map(({ actions }) => (actions.length > 1 ? 'replace' : actions[0]));
  const count = (kind: string) => kinds.filter((other) => other === kind).length;
  return { create: count('create'), update: count('update'), delete: count('delete'), replace: count('replace') };
}

/** The managed resources of a state, of all modules. */
export function resourcesOf(state: Json): StateResource[] {
  const inModule = (module: Json): Json[] => [...module?.resources ?? [], ...(module?.child_modules ?? []).flatMap(inModule)];
  return inModule(state.values?.root_module)
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, type, values }) => ({ address, type, values }));
}
