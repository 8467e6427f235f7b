import { readFileSync } from 'fs';
import { join } from 'path';
import { RootConstruct } from 'constructs';
import { compilePolicy, Manifest, ManifestFlow, manifestOf, ManifestPeer, ManifestService, serializeManifest } from '../../lib/compiler';
import { checkManifest, readManifest } from '../../lib/compiler/manifest-read';
import { Peer, SegmentationPolicy, Service } from '../../lib/model';
import { directoryOf, problemsOf } from '../platforms/aws/read/artifacts';

type Full<T> = { [K in keyof T]-?: Full<T[K]> };
type Schemas = { [name: string]: Schema };
type Schema = { required?: string[]; properties?: Schemas; items?: Schema; $ref?: string; oneOf?: Schema[]; $defs?: Schemas };

const SCHEMA = JSON.parse(readFileSync(join(__dirname, '../../schema/segmentation.schema.json'), 'utf8')) as Schema;

const SERVICE: Full<ManifestService> = { protocol: 'tcp', fromPort: 443, toPort: 443 };
const PEERS: ManifestPeer[] = [{ workload: 'Web' }, { cidr: '10.0.0.0/8' }, { any: 'ipv4' }, { prefixList: 's3' }, { token: 'nat' }];
const FLOW: Full<Omit<ManifestFlow, 'client' | 'server'>> = {
  id: 'f', services: [SERVICE], justification: 'orders', owner: 'team', expires: '2030-01-01', origins: ['App/P'], sources: ['lib/app.ts:12'],
};
/** Has every property of the types, optional or not: the compiler refuses one too few or too many. */
const FULL: Full<Omit<Manifest, 'policies'>> & Manifest = {
  schemaVersion: 1,
  generator: { name: 'cdk-microsegmentation', version: '1.2.3' },
  policies: [{
    id: 'P', path: 'App/P', mode: 'monitor', source: 'lib/app.ts:10',
    workloads: [{
      id: 'Web', path: 'App/P/Web', labels: { app: 'shop' }, services: [{ name: 'HTTPS', ...SERVICE }], addresses: ['10.0.0.0/24'], mode: 'enforce',
      criticality: 'crown-jewel', managed: true, enforcementPoints: [{ platform: 'aws', path: 'App/Groups' }], source: 'lib/app.ts:11',
    }],
    segments: [{ id: 'All', members: ['Web'], source: 'lib/app.ts:12' }],
    flows: PEERS.map((client) => ({ ...FLOW, client, server: { workload: 'Web' } })),
    invariants: [{ id: 'i', kind: 'denies', description: 'x', holds: false, counterexamples: ['y'] }],
    enforcementPoints: [{ platform: 'aws', path: 'App/Groups', monitorScope: PEERS, wholeNetwork: true, management: [{ cidr: '10.9.0.0/24', port: 22 }] }],
    opaquePeers: [{ kind: 'token', name: 'nat', family: 4, rendered: ['${aws_eip.x.public_ip}/32'] }],
    acknowledgements: [{ check: 'MSEG5103', path: 'App/P/Web', subject: 'x', reason: 'public site', expires: '2030-01-01', source: 'lib/app.ts:13' }],
  }],
};
const OPTIONAL = ['fromPort', 'toPort', 'justification', 'owner', 'expires', 'management', 'acknowledgements', 'subject', 'source', 'sources', 'family'];

const problems = (content: unknown) => problemsOf(() => checkManifest(content, 'segmentation.json'));
const copy = () => JSON.parse(JSON.stringify(FULL)) as Manifest;

/** Every object of the value with the part of the schema that is for it. */
function objects(value: unknown, schema: Schema): { value: { [name: string]: unknown }; schema: Schema }[] {
  const resolved = schema.$ref === undefined ? schema : SCHEMA.$defs![schema.$ref.split('/').pop()!];
  if (Array.isArray(value)) return value.flatMap((each) => objects(each, resolved.items!));
  if (typeof value !== 'object' || value === null) return [];
  const meant = resolved.oneOf?.find(({ properties }) => Object.keys(value).every((key) => key in properties!)) ?? resolved;
  const known = Object.entries(value).filter(([key]) => meant.properties !== undefined && key in meant.properties);
  const parts = known.flatMap(([key, each]) => objects(each, meant.properties![key]));
  return [{ value: value as { [name: string]: unknown }, schema: meant }, ...parts];
}

describe('the schema', () => {
  test('GIVEN a manifest with every property of the types THEN it is valid, and the schema knows exactly these properties', () => {
    expect(checkManifest(copy(), 'x')).toEqual(FULL);
    for (const { value, schema } of objects(FULL, SCHEMA)) {
      if (schema.properties === undefined) continue;
      expect(Object.keys(schema.properties).sort()).toEqual(Object.keys(value).sort());
      expect(schema.required!.sort()).toEqual(Object.keys(value).filter((key) => !OPTIONAL.includes(key)).sort());
    }
  });

  test('GIVEN any object with one property more, or one of the necessary ones less, THEN it is refused', () => {
    const count = objects(FULL, SCHEMA).length;
    expect(count).toBeGreaterThan(20);
    for (let index = 0; index < count; index += 1) {
      const more = copy();
      const { value, schema } = objects(more, SCHEMA)[index];
      if (schema.properties === undefined) continue;
      value.surplus = 1;
      expect(problems(more)).toHaveLength(1);
      for (const name of schema.required!) {
        const less = copy();
        delete objects(less, SCHEMA)[index].value[name];
        expect(problems(less)).toHaveLength(1);
      }
    }
  });

  test('GIVEN what the compiler writes THEN it is valid', () => {
    const policy = new SegmentationPolicy(new RootConstruct(), 'P', {});
    const web = policy.addWorkload('Web', { services: [Service.HTTPS, Service.icmp(8)], labels: { app: 'shop' }, addresses: ['10.0.0.0/24'] });
    web.allowFrom(Peer.any(), { justification: 'site' });
    web.allowTo(Peer.prefixList('pl-1', { maxEntries: 3 }), { services: [Service.any()] });
    const manifest = manifestOf([{ policy: compilePolicy(policy), invariants: [], enforcementPoints: [], rendered: new Map() }]);
    expect(readManifest(directoryOf({ 'segmentation.json': serializeManifest(manifest) }))).toEqual(JSON.parse(JSON.stringify(manifest)));
  });
});

describe('a damaged manifest', () => {
  const damaged = (change: (manifest: { [name: string]: never }) => void) => {
    const manifest = copy();
    change(manifest as never);
    return problems(manifest);
  };
  const at = (pointer: string) => [`MSEG8001 segmentation.json#/policies/0/${pointer}`];
  const policyOf = (manifest: unknown) => (manifest as { policies: { [name: string]: { [name: string]: unknown }[] }[] }).policies[0];

  test.each([
    ['an unknown mode', (m: unknown) => { policyOf(m).workloads[0].mode = 'off'; }, 'workloads/0/mode'],
    ['an unknown protocol', (m: unknown) => { policyOf(m).flows[1].services = [{ protocol: 'quic' }]; }, 'flows/1/services/0/protocol'],
    ['a peer of two kinds', (m: unknown) => { policyOf(m).flows[2].client = { any: 'ipv4', cidr: '10.0.0.0/8' }; }, 'flows/2/client'],
    ['host bits in a block', (m: unknown) => { policyOf(m).flows[0].client = { cidr: '10.0.0.1/8' }; }, 'flows/0/client/cidr'],
    ['an octal address', (m: unknown) => { policyOf(m).workloads[0].addresses = ['010.0.0.0/8']; }, 'workloads/0/addresses/0'],
    ['ports in the wrong order', (m: unknown) => { policyOf(m).flows[0].services = [{ protocol: 'tcp', fromPort: 2, toPort: 1 }]; }, 'flows/0/services/0'],
    ['protocol 256', (m: unknown) => { policyOf(m).flows[0].services = [{ protocol: '256' }]; }, 'flows/0/services/0'],
    ['a flow of an unknown workload', (m: unknown) => { policyOf(m).flows[0].client = { workload: 'Ghost' }; }, 'flows/0/client/workload'],
    ['the same workload twice', (m: unknown) => { policyOf(m).workloads.push(policyOf(m).workloads[0]); }, 'workloads'],
  ])('GIVEN %s THEN it is refused, with the place', (_, change, pointer) => {
    expect(damaged(change)).toEqual(at(pointer));
  });

  test('GIVEN another schema version THEN it is refused', () => {
    expect(problems({ ...copy(), schemaVersion: 2 })).toEqual(['MSEG8001 segmentation.json#/schemaVersion']);
  });

  test('GIVEN no JSON, no object or no file THEN it is refused', () => {
    for (const files of [{ 'segmentation.json': '{' }, { 'segmentation.json': '[]' }, {}]) {
      expect(problemsOf(() => readManifest(directoryOf(files)))).toEqual(['MSEG8001 segmentation.json']);
    }
  });
});
