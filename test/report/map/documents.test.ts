import { createHash } from 'crypto';
import { dotMap } from '../../../lib/report/map/dot';
import { mapOfPolicies } from '../../../lib/report/map/from-manifests';
import { mermaidMap } from '../../../lib/report/map/mermaid';
import { htmlMap } from '../../../lib/report/map/page';
import { svgMap } from '../../../lib/report/map/svg';
import { HOSTILE, hostilePolicy, shopPolicy } from './policies';

const shop = mapOfPolicies([shopPolicy()]);
const hostile = mapOfPolicies([hostilePolicy()]);
const unused = shopPolicy().flows.find(({ owner }) => owner === 'team shop')!.id;
const replayed = mapOfPolicies([shopPolicy()], {
  byEdge: [{ client: 'web', server: 'db', protocol: 'tcp', port: 5432, verdict: 'wouldBlock' }], unusedFlows: [unused],
});

describe('HTML', () => {
  test('GIVEN any text THEN the data is read back as it was, and the document has its own three scripts and no other', () => {
    const html = htmlMap(hostile);
    const [, json] = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(html)!;
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(hostile)));
    expect(json).not.toMatch(/[<>&\u2028\u2029]/);
    expect(html.match(/<script/g)!.length).toBe(3);
  });

  test('THEN its security policy names exactly the scripts and the style in it, and nothing refers to anywhere else', () => {
    const html = htmlMap(shop);
    const hash = (content: string) => `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    const scripts = [...html.matchAll(/<script>(.*?)<\/script>/gs)].map(([, content]) => hash(content));
    const [, style] = /<style>(.*?)<\/style>/s.exec(html)!;
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(html)!;
    expect(policy).toContain(`default-src 'none'; script-src ${scripts.join(' ')}; style-src ${hash(style)};`);
    expect(html).not.toMatch(/(src|href)="(?!data:|#)|@import|url\((?!#)|\son[a-z]+=/i);
  });

  test('GIVEN the licence of what is bundled THEN it is in the document', () => {
    expect(htmlMap(shop)).toContain('Copyright (c) 2012-2014 Chris Pettitt');
  });
});

describe('Mermaid', () => {
  test('GIVEN a policy THEN groups, workloads and flows are there in a chart from left to right', () => {
    const lines = mermaidMap(shop).split('\n');
    expect(lines[0]).toBe('flowchart LR');
    expect(lines).toContain('  subgraph g0 ["shop"]');
    expect(lines).toContain('    n3["db (crown jewel)"]');
    expect(lines).toContain('  n0 -->|"tcp/5432"| n3');
    expect(lines).toContain('    n6(["Anywhere"])');
  });

  test('GIVEN flows that are unused or would be blocked THEN their lines differ', () => {
    const chart = mermaidMap(replayed);
    expect(chart).toContain('n0 -.->|"tcp/5432"| n3');
    expect(chart).toContain('n5 ==x|"tcp/5432"| n3');
  });

  test('GIVEN hostile text THEN labels hold letters, digits and numbers of characters only', () => {
    for (const line of mermaidMap(hostile).trim().split('\n').slice(1)) {
      expect(line).toMatch(/^ +(end|subgraph g\d+ \["[^"]*"\]|n\d+\["[^"]*"\]|n\d+ -->\|"[^"]*"\| n\d+)$/);
      for (const [, label] of line.matchAll(/"([^"]*)"/g)) expect(label.replace(/#\d+;/g, '')).toMatch(/^[\p{L}\p{N} .,/()-]*$/u);
    }
  });
});

describe('DOT', () => {
  test('GIVEN a policy THEN groups are clusters and flows are edges', () => {
    const dot = dotMap(shop);
    expect(dot).toMatch(/^digraph map \{\n {2}rankdir=LR;/);
    expect(dot).toContain('  subgraph cluster_g0 {\n    label="shop";');
    expect(dot).toContain('n0 -> n3 [label="tcp/5432", color="#5b7083"];');
  });

  test('GIVEN hostile text THEN no label ends before its end, and none is an escape or an entity', () => {
    const dot = dotMap(hostile);
    const labels = [...dot.matchAll(/label="((?:[^"\\]|\\.)*)"/g)].map(([, label]) => label);
    expect(labels).toHaveLength(2 * HOSTILE.length + (HOSTILE.length - 1));
    for (const label of labels) expect(label.replace(/\\["\\]|&amp;/g, '')).not.toMatch(/[\\"&]/);
    expect(dot.split('\n').filter((line) => / -> /.test(line) && !/^ {2}n\d+ -> n\d+ \[label="/.test(line) && !line.includes('label='))).toEqual([]);
  });
});

describe('SVG', () => {
  test('GIVEN a policy THEN the drawing has every workload, flow and both themes, and nothing that acts', () => {
    const svg = svgMap(shop);
    expect(svg.match(/class="item /g)).toHaveLength(7);
    expect(svg.match(/class="line /g)).toHaveLength(6);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toMatch(/<script|<image|\son[a-z]+=/i);
  });

  test('GIVEN the same data twice THEN every document is the same', () => {
    for (const format of [htmlMap, svgMap, mermaidMap, dotMap]) expect(format(mapOfPolicies([shopPolicy()]))).toBe(format(shop));
  });
});
