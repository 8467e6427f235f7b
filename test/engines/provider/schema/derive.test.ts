import { AZURE } from '../azure/platform';
import { GOOGLE } from '../google/platform';
import { Platform } from '../platform';
import { deriveSchema } from './derive';
import { GeneratedModule } from './generated-module';
import { BlockSchema } from './schema';

const derive = (platform: Platform, module: string) => deriveSchema(GeneratedModule.load(platform.package, module));
const attributeOf = (schema: BlockSchema, name: string) => schema.attributes.find((attribute) => attribute.name === name);
const blockOf = (schema: BlockSchema, name: string) => schema.blocks.find((block) => block.name === name)!;

describe.each([AZURE, GOOGLE].flatMap((platform) => Object.keys(platform.modules).map((module) => ({ platform, module }))))(
  '$platform.name $module', ({ platform, module }) => {
    const schema = derive(platform, module);

    test('THEN it has an id, and every attribute that replaces it is one of its own', () => {
      expect(attributeOf(schema, 'id')).toMatchObject({ type: 'string', computed: true });
      const names = [...schema.attributes, ...schema.blocks].map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(platform.modules[module].replacedBy.map((path) => path.split('.')[0])));
    });
  },
);

test('GIVEN attributes that look like blocks THEN they are a set of objects, which can be emptied', () => {
  const rules = attributeOf(derive(AZURE, 'network-security-group'), 'security_rule')!;

  expect(rules).toMatchObject({ optional: true, computed: true });
  expect(rules.type).toEqual(['set', ['object', expect.objectContaining({
    priority: 'number', source_address_prefixes: ['set', 'string'], access: 'string',
  })]]);
});

test('GIVEN nested blocks THEN they keep their nesting, their number, and what in them is required or computed', () => {
  const rule = derive(GOOGLE, 'compute-network-firewall-policy-rule');
  const match = blockOf(rule, 'match');

  expect(attributeOf(rule, 'priority')).toEqual({ name: 'priority', type: 'number', required: true, optional: false, computed: false });
  expect(match).toMatchObject({ nesting: 'LIST', minItems: 1, maxItems: 1 });
  expect(blockOf(match, 'layer4_configs')).toMatchObject({ nesting: 'LIST', minItems: 1, maxItems: 0 });
  expect(attributeOf(blockOf(match, 'src_secure_tags'), 'state')).toMatchObject({ computed: true, optional: false });
  expect(blockOf(derive(GOOGLE, 'compute-firewall'), 'allow')).toMatchObject({ nesting: 'SET', maxItems: 0 });
  expect(blockOf(rule, 'timeouts')).toMatchObject({ nesting: 'SINGLE' });
});

test("GIVEN a provider's own configuration THEN it is a schema too", () => {
  expect(blockOf(derive(AZURE, 'provider'), 'features')).toMatchObject({ nesting: 'LIST', minItems: 0 });
  expect(attributeOf(derive(GOOGLE, 'provider'), 'project')).toMatchObject({ type: 'string', required: false });
});
