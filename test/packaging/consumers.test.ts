import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithEngines } from '../engines/harness/engines';
import { Consumer, pack } from './consumer';

const FRAMEWORKS = {
  'aws-cdk': { packages: ['aws-cdk-lib', 'constructs'], others: ['cdktf', '@cdktf/provider-aws'], flags: [] },
  // The declarations of awsCdk name types of aws-cdk-lib; projects of CDK for Terraform skip the check of declarations anyway.
  'cdktf': { packages: ['cdktf', '@cdktf/provider-aws', 'constructs'], others: ['aws-cdk-lib'], flags: ['--skipLibCheck'] },
};

describeWithEngines(['registry'], 'projects that install the package', () => {
  let tarballs: string;
  let tarball: string;
  beforeAll(() => {
    tarballs = mkdtempSync(join(tmpdir(), 'microseg-pack-'));
    tarball = pack(tarballs);
  });
  afterAll(() => rmSync(tarballs, { recursive: true }));

  describe.each(Object.entries(FRAMEWORKS))('GIVEN a project with the packed package and only %s', (name, { packages, others, flags }) => {
    let consumer: Consumer;
    beforeAll(() => {
      consumer = new Consumer(tarball, join(__dirname, 'consumers', name), packages);
      consumer.compile();
    });
    afterAll(() => consumer?.remove());

    test('THEN the other framework is not there', () => {
      expect(others.filter((other) => consumer.resolves(other))).toEqual([]);
    });

    test.each([
      ['node10', ['--module', 'commonjs', '--moduleResolution', 'node10']],
      ['nodenext', ['--module', 'nodenext']],
      ['bundler', ['--module', 'esnext', '--moduleResolution', 'bundler']],
    ])('WHEN its program is type-checked with %s resolution THEN there is nothing to complain about', (_, options) => {
      expect(consumer.typecheck(...flags, ...options)).toBe('');
    });

    test('WHEN its program runs THEN it synthesizes, and the command proves that the output admits what was declared', () => {
      consumer.node('app.js');

      const verified = consumer.bin('microseg', 'verify', 'out', '--json');

      expect(verified).toMatchObject({ status: 0 });
      expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, policies: [{ artifacts: [{ ok: true }] }] });
    });

    test('WHEN an ES module imports names from the package and from its subpath THEN they are the same classes', () => {
      expect(JSON.parse(consumer.node('esm.mjs'))).toEqual({ same: true, policy: 'SegmentationPolicy' });
    });

    test('WHEN the schema of the manifest is required THEN the package has it', () => {
      const schema = JSON.parse(consumer.node('-p', "JSON.stringify(require('cdk-microsegmentation/schema/segmentation.schema.json'))"));

      expect(schema).toHaveProperty('$schema');
    });
  });
});
