import { Construct } from 'constructs';
import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { TerraformFamily } from '../../../lib/bindings/cdktf/family';
import { SegmentationPolicy } from '../../../lib/model';
import { codesOf, FRAMEWORKS, TestApp } from './frameworks';

/** A construct tree root that belongs to no framework. */
class Root extends Construct {
  public constructor() {
    super(undefined as unknown as Construct, '');
  }
}

describe('framework family', () => {
  test('GIVEN no Terraform stack above WHEN an enforcement point is made THEN it is refused', () => {
    const root = new Root();

    expect(codesOf(() => new SecurityGroups(root, 'Groups', { policy: new SegmentationPolicy(root, 'P'), vpcId: 'vpc-1' }))).toEqual(['MSEG9002']);
  });

  test.each(FRAMEWORKS)('GIVEN a stack class of the user in $name WHEN asked THEN its own packages are loaded', (framework) => {
    const test = new TestApp(framework);
    class ShopStack extends framework.core.TerraformStack {}
    const stack = new ShopStack(test.app, 'Shop');
    const nested = new Construct(new Construct(stack, 'a'), 'b');

    const family = TerraformFamily.of(nested);

    expect(family.stack).toBe(stack);
    expect(family.core).toBe(framework.core);
    const types: Record<string, unknown> = { ...family.provider('aws', 'security-group') };
    expect(types.SecurityGroup).toBe(test.make(stack, 'security-group', 'sg', {}).constructor);
  });

  test.each([
    ['cdktf.TerraformStack', '@cdktf/provider-aws'],
    ['cdktn.TerraformStack', '@cdktn/provider-aws'],
  ])('GIVEN a %s without its provider WHEN the provider is needed THEN the error says what to install', (fqn, provider) => {
    jest.isolateModules(() => {
      const missing = (): never => { throw Object.assign(new Error('no such package'), { code: 'MODULE_NOT_FOUND' }); };
      jest.doMock('module', () => ({ createRequire: () => Object.assign(missing, { resolve: missing }) }));
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- a fresh copy of the module, made of the mock
      const { TerraformFamily: Isolated } = require('../../../lib/bindings/cdktf/family') as { TerraformFamily: typeof TerraformFamily };
      class Stack extends Construct {}
      Object.defineProperty(Stack, Symbol.for('jsii.rtti'), { value: { fqn } });
      const stack = new Stack(new Root(), 'Shop');

      expect(() => Isolated.of(stack).provider('aws', 'security-group')).toThrow(`MSEG9001 [Shop] run "npm install ${provider}"`);
    });
  });
});
