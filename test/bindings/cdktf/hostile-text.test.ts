import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { literal, literalOrToken } from '../../../lib/bindings/cdktf/terraform-text';
import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { FRAMEWORKS, Json, mapsOf, only, policyIn, TestApp } from './frameworks';

/** What Terraform makes of a template without expressions in it; undefined if there is one. */
function asTerraformReadsIt(template: string): string | undefined {
  const rest = template.replace(/\$\$\{|%%\{/g, '');
  return /[$%]\{/.test(rest) ? undefined : template.replace(/\$\$\{/g, '${').replace(/%%\{/g, '%{');
}

describe('text for Terraform', () => {
  test.each([
    'plain', '${path.module}', '%{ if true }', '$${a}', '$$${a}', '%%{a}', '${${a}}', '} ${', '"quotes" \\ and\nlines', '$ { %', '€ ${é}',
  ])('GIVEN %j WHEN made literal THEN Terraform reads the same text and evaluates nothing', (text) => {
    const read = asTerraformReadsIt(literal(text));

    expect(read).toBe(text);
  });

  test('GIVEN what looks like a token of the framework WHEN made literal THEN it is none any more', () => {
    expect(literal('a ${TfToken[TOKEN.3]} b #{TfToken[TOKEN.4]} -1.8881545897087503e+289')).not.toMatch(/TfToken\[|e\+\d{3}/);
  });

  test('GIVEN tokens between hostile text WHEN tokens may stay THEN only they do', () => {
    expect(literalOrToken('${TfToken[TOKEN.3]} of ${path.module}')).toBe('${TfToken[TOKEN.3]} of $${path.module}');
  });
});

describe.each(FRAMEWORKS)('hostile text in $name', (framework) => {
  const hostile = [
    '${path.module}', '%{ for x in y }', '${TfToken[TOKEN.0]}', '#{TfToken[TOKEN.0]}', '"quoted" \\ back', 'two\nlines', '$${x}', 'x'.repeat(300),
    '-1.8881545897087503e+289', '__proto__',
  ];

  test.each(hostile)('GIVEN the justification, owner and label %j WHEN synthesized THEN nothing is interpolated', (text) => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS], labels: { note: text.slice(0, 256) } });
    new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' }).protect(web);
    web.allowFrom(Peer.anyIpv4(), { justification: text, owner: text });

    const { ingress, groups } = mapsOf(test.synth().configuration('Shop'));

    const descriptions = Object.values<Json>(ingress).map(({ description }) => description);
    const tags = Object.values<Json>(groups).flatMap((group) => Object.values<string>(group.tags));
    for (const written of [...descriptions, ...tags]) {
      expect(asTerraformReadsIt(written)).toMatch(/^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
    }
    const [{ justification, owner }] = test.manifest('Shop').policies[0].flows;
    expect([justification, owner]).toEqual([text, text]);
  });

  test('GIVEN tags of the user WHEN synthesized THEN text stays text, references stay references, and ours win', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const vpc = test.make(stack, 'vpc', 'Vpc', { cidrBlock: '10.0.0.0/16' });
    const policy = policyIn(stack, 'Payments', { mode: EnforcementMode.ENFORCE });
    const tags = { 'Cost': '${path.module}', 'Vpc': vpc.id, 'microseg:policy': 'Other' };
    new SecurityGroups(stack, 'Groups', { policy, vpcId: vpc.id, tags }).protect(policy.addWorkload('Web'));

    expect(only(test.synth().configuration('Shop'), 'aws_security_group').tags).toMatchObject({
      'Cost': '$${path.module}', 'Vpc': '${aws_vpc.Vpc.id}', 'microseg:policy': '${each.value.tags["microseg:policy"]}',
    });
  });
});
