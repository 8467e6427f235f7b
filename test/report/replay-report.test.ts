import { ReplayResult } from '../../lib/discovery/replay/replay-result';
import { replayMarkdown, replayText } from '../../lib/report/replay-report';
import { flow, policy, tcp, workload } from '../analysis/manifests';
import { CONTROL_CHARACTERS } from '../cli/run';
import { HOSTILE_TEXTS } from '../model/policies';

function resultWith(text: string): ReplayResult {
  const edge = {
    client: text, server: text, protocol: 'tcp', port: 22, connections: 7, firstSeen: '2026-09-01T00:00:00.000Z', lastSeen: '2026-09-02T00:00:00.000Z',
    verdict: 'wouldBlock' as const, reason: text, blockedAt: [{ workload: text, end: 'ingress' as const, mode: 'monitor' as const }], examples: [text],
  };
  const counts = { records: 9, allowed: 0, wouldBlock: 7, undecided: 0, alreadyBlocked: 0, unmatched: 0, noise: 0, coverage: 0 };
  return { ...counts, byEdge: [edge], unusedFlows: ['unused'] };
}

test.each(HOSTILE_TEXTS)('GIVEN %j as the name of everything THEN both reports show it and do nothing else', (text) => {
  const declared = policy([workload('Web')], [{ ...flow('Web', 'Web', tcp(1)), id: 'unused', justification: text }]);
  for (const report of [replayText(resultWith(text), [declared]), replayMarkdown(resultWith(text), [declared])]) {
    expect([CONTROL_CHARACTERS.test(report), report.includes('MSEG9999 [App] forged\n')]).toEqual([false, false]);
  }
  const markdown = replayMarkdown(resultWith(text), [declared]);
  expect(markdown).not.toMatch(/<script>|\]\(|@/);
  expect(markdown.split('\n').filter((line) => line.startsWith('| ') && line.split(' | ').length !== 7 && !line.includes('---'))).toEqual([]);
});

test('GIVEN more rows than anybody reads THEN the rest is counted', () => {
  const { byEdge: [edge], ...counts } = resultWith('x');
  const many = { ...counts, byEdge: Array.from({ length: 30 }, (_, port) => ({ ...edge, port })) };
  expect(replayText(many, [])).toContain('and 5 more; --json has all');
  expect(replayMarkdown(many, [])).toContain('\n\nand 5 more; --json has all\n');
});

test('GIVEN a scan THEN it is one row', () => {
  const { byEdge: [edge], ...counts } = resultWith('x');
  const scan = { ...counts, byEdge: Array.from({ length: 30 }, (_, port) => ({ ...edge, server: `s${port}`, port, noiseKind: 'scan' as const })) };
  expect(replayText(scan, [])).toMatch(/x .*30 servers .*30 services .*210 .*scan/);
});
