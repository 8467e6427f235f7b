import { readFileSync } from 'fs';
import { join } from 'path';
import Ajv2020, { ErrorObject, ValidateFunction } from 'ajv/dist/2020';
import { AddressSet, ServiceSet } from '../algebra';
import { Problem, SegmentationError } from '../support/errors';
import { readJsonObject } from '../support/files';
import { endOf } from './expiry';
import { MANIFEST_FILE } from './manifest';
import { Manifest, ManifestPeer, ManifestPolicy } from './manifest-types';

/**
 * Reads `segmentation.json`, or the file of that form at the path, relative to the directory.
 *
 * @throws MSEG8001 with the JSON pointer of what is wrong
 */
export function readManifest(directory: string, path = MANIFEST_FILE): Manifest {
  return checkManifest(readJsonObject(directory, path, 'MSEG8001'), path);
}

/** The content as a manifest. @param file how problems name the place */
export function checkManifest(content: unknown, file: string): Manifest {
  const validate = validator();
  if (!validate(content)) throw new SegmentationError([schemaProblem(file, validate.errors ?? [])]);
  const manifest = content as unknown as Manifest;
  const problems = manifest.policies.flatMap((policy, index) => new PolicyCheck(policy, `${file}#/policies/${index}`).problems());
  if (problems.length > 0) throw new SegmentationError(problems.slice(0, MOST_PROBLEMS));
  return manifest;
}

/** A damaged file has thousands; nobody reads more than the first. */
const MOST_PROBLEMS = 20;

let compiled: ValidateFunction | undefined;

/** Compiled when first needed: that takes longer than most commands. */
function validator(): ValidateFunction {
  // The schema folder stands beside lib/ and beside build/ alike.
  const schema = () => JSON.parse(readFileSync(join(__dirname, '..', '..', 'schema', 'segmentation.schema.json'), 'utf8')) as object;
  // That the schema is one is for tests to say, and doubles the time.
  return compiled ??= new Ajv2020({ strict: true, validateSchema: false }).compile(schema());
}

/** The last error is the outermost one: those before it are the alternatives that did not fit either. */
function schemaProblem(file: string, errors: readonly ErrorObject[]): Problem {
  const { instancePath, message, params } = errors[errors.length - 1];
  const names = [params.additionalProperty, params.allowedValue, params.allowedValues].filter((name) => name !== undefined);
  const detail = names.length > 0 ? `: ${JSON.stringify(names[0])}` : '';
  return { code: 'MSEG8001', where: `${file}#${instancePath}`, message: `${message ?? 'it does not fit the schema'}${detail}` };
}

/** What a schema cannot say: references lead somewhere, blocks and services mean something. */
class PolicyCheck {
  private readonly workloads: ReadonlySet<string>;
  private readonly found: Problem[] = [];

  public constructor(private readonly policy: ManifestPolicy, private readonly pointer: string) {
    this.workloads = new Set(policy.workloads.map(({ id }) => id));
  }

  public problems(): readonly Problem[] {
    const { workloads, flows, enforcementPoints, acknowledgements = [] } = this.policy;
    if (this.workloads.size < workloads.length) this.report('workloads', 'two workloads have the same id');
    workloads.forEach(({ addresses, services }, index) => {
      addresses.forEach((block, place) => this.means(() => AddressSet.cidr(block), `workloads/${index}/addresses/${place}`));
      services.forEach((service, place) => this.means(() => ServiceSet.fromRange(service), `workloads/${index}/services/${place}`));
    });
    flows.forEach(({ client, server, services }, index) => {
      this.peer(client, `flows/${index}/client`);
      this.peer(server, `flows/${index}/server`);
      services.forEach((service, place) => this.means(() => ServiceSet.fromRange(service), `flows/${index}/services/${place}`));
    });
    enforcementPoints.forEach(({ monitorScope }, index) => (
      monitorScope.forEach((peer, place) => this.peer(peer, `enforcementPoints/${index}/monitorScope/${place}`))));
    acknowledgements.forEach(({ expires }, index) => {
      if (expires !== undefined && Number.isNaN(endOf(expires))) this.report(`acknowledgements/${index}/expires`, 'it is no date');
    });
    return this.found;
  }

  private peer(peer: ManifestPeer, at: string): void {
    if ('cidr' in peer) this.means(() => AddressSet.cidr(peer.cidr), `${at}/cidr`);
    if ('workload' in peer && !this.workloads.has(peer.workload)) this.report(`${at}/workload`, `no workload has the id ${JSON.stringify(peer.workload)}`);
  }

  private means(read: () => unknown, at: string): void {
    try {
      read();
    } catch (error) {
      this.report(at, (error as Error).message);
    }
  }

  private report(at: string, message: string): void {
    this.found.push({ code: 'MSEG8001', where: `${this.pointer}/${at}`, message });
  }
}
