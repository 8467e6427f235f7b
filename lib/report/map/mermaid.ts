import { MapData, MapVerdict } from './map-data';
import { initialView } from './view';

const ARROWS: { readonly [verdict in MapVerdict]: string } = { allowed: '-->', wouldBlock: '==x', unused: '-.->', observed: '-->', denied: '-.-x' };

/** The map as a Mermaid flowchart, which many documentation systems draw. */
export function mermaidMap(data: MapData): string {
  const { groups, lines } = initialView(data);
  const node = (index: number) => {
    const { name, kind, criticality } = data.nodes[index];
    const label = text(criticality === 'crown-jewel' ? `${name} (crown jewel)` : name);
    return kind === 'outside' ? `n${index}([${label}])` : `n${index}[${label}]`;
  };
  const parts = groups.flatMap(({ id, title, members, collapsed, boxed }) => {
    if (collapsed) return [`  ${id}[[${text(`${title} (${members.length})`)}]]`];
    if (!boxed) return members.map((member) => `  ${node(member)}`);
    return [`  subgraph ${id} [${text(title)}]`, ...members.map((member) => `    ${node(member)}`), '  end'];
  });
  return ['flowchart LR', ...parts, ...lines.map(({ from, to, label, verdict }) => `  ${from} ${ARROWS[verdict]}|${text(label)}| ${to}`), ''].join('\n');
}

/** A label in which nothing means anything: all but letters, digits and what is harmless becomes a character's number. */
function text(label: string): string {
  const inert = [...label].map((char) => (/^[\p{L}\p{N} .,/()-]$/u.test(char) ? char : `#${char.codePointAt(0)};`)).join('');
  return `"${inert || ' '}"`;
}
