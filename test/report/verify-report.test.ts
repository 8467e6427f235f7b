import { VerifiedFlow, VerifyResult } from '../../lib/analysis/verify';
import { verifyJson, verifyText } from '../../lib/report/verify-report';

const flow = (more: Partial<VerifiedFlow>): VerifiedFlow => ({
  client: { cidr: '10.0.0.0/8' }, server: { workload: 'Web' }, protocol: 'tcp', fromPort: 443, toPort: 443, end: 'ingress', carriers: ['App.template.json#Vm'], rules: [], sources: [], ...more,
});
const result = (excess: VerifiedFlow[], missing: VerifiedFlow[] = []): VerifyResult => {
  const ok = excess.length + missing.length === 0;
  return { ok, policies: [{ id: 'P', artifacts: [{ platform: 'aws', path: 'App.template.json', ok, excess, missing }] }] };
};
const sentences = (found: VerifyResult) => verifyText(found).split('\n').filter((line) => /^(excess|missing)/.test(line));

test('GIVEN a result as JSON THEN it has the documented fields and no others', () => {
  expect(JSON.parse(verifyJson(result([flow({})], [flow({ protocol: 'all', fromPort: undefined, toPort: undefined, end: 'egress' })])))).toEqual({
    ok: false,
    policies: [{ id: 'P', artifacts: [{
      platform: 'aws', path: 'App.template.json', ok: false,
      excess: [{ client: { cidr: '10.0.0.0/8' }, server: { workload: 'Web' }, protocol: 'tcp', fromPort: 443, toPort: 443, end: 'ingress' }],
      missing: [{ client: { cidr: '10.0.0.0/8' }, server: { workload: 'Web' }, protocol: 'all', end: 'egress' }],
    }] }],
  });
});

test('GIVEN nothing found THEN the text says verified and tells how many artifacts', () => {
  const text = verifyText(result([]));
  expect(text).toMatch(/P .*App\.template\.json \(aws\).*exact/);
  expect(text.trimEnd().split('\n').pop()).toBe('verified: 1 artifact of 1 policy, each exactly as declared');
});

test('GIVEN findings THEN each is a sentence with the services of one pair together, and the last line counts them', () => {
  const found = result([flow({}), flow({ fromPort: 80, toPort: 80 })], [flow({ client: { workload: 'Web' }, server: { any: 'ipv6' }, end: 'egress', carriers: [] })]);
  expect(sentences(found)).toEqual([
    'excess: Web lets 10.0.0.0/8 in with tcp/80, tcp/443, which nobody declared (App.template.json#Vm)',
    'missing: Web does not let tcp/443 out to any IPv6 address, which is declared',
  ]);
  expect(verifyText(found).trimEnd().split('\n').pop()).toBe('not verified: 2 findings');
});

test('GIVEN nearly all protocols THEN the sentence names what is left out', () => {
  const NAMED = [1, 6, 17, 58, 132];
  const protocols = Array.from({ length: 256 }, (_, number) => number).filter((number) => !NAMED.includes(number));
  const ports = [[0, 442], [444, 65535]].map(([fromPort, toPort]) => flow({ fromPort, toPort }));
  const whole = [...protocols.map(String), 'icmp', 'udp', 'icmpv6', 'sctp'].map((protocol) => flow({ protocol, fromPort: undefined, toPort: undefined }));
  expect(sentences(result([...ports, ...whole]))[0]).toContain('in with all protocols but tcp/443, which');
});

test('GIVEN control characters in names THEN the text shows them and nothing else', () => {
  const text = verifyText(result([flow({ client: { token: 'x\u001b[2J\nverified\u202e' }, carriers: ['a\rb'] })]));
  expect(text).toContain('x\\u001b[2J\\u000averified\\u202e');
  expect(text).toContain('a\\u000db');
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
