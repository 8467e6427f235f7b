import { MapData, MapVerdict } from './map-data';
import { initialView } from './view';

const STYLES: { readonly [verdict in MapVerdict]: string } = {
  allowed: 'color="#5b7083"',
  wouldBlock: 'color="#cf2233", penwidth=2',
  unused: 'color="#a3aeb9", style=dashed',
  observed: 'color="#3b7dd8"',
  denied: 'color="#cf2233", style=dotted',
};

/** The map in the language of Graphviz. */
export function dotMap(data: MapData): string {
  const { groups, lines } = initialView(data);
  const node = (index: number) => {
    const { name, kind, criticality } = data.nodes[index];
    const style = kind === 'outside' ? 'style="rounded,dashed"' : `style=rounded${criticality === 'crown-jewel' ? ', penwidth=2' : ''}`;
    return `n${index} [label=${text(name)}, ${style}];`;
  };
  const parts = groups.flatMap(({ id, title, members, collapsed, boxed }) => {
    if (collapsed) return [`  ${id} [label=${text(`${title} (${members.length})`)}, shape=box3d];`];
    if (!boxed) return members.map((member) => `  ${node(member)}`);
    return [`  subgraph cluster_${id} {`, `    label=${text(title)};`, ...members.map((member) => `    ${node(member)}`), '  }'];
  });
  return [
    'digraph map {',
    '  rankdir=LR;',
    '  node [shape=box, fontname="sans-serif", fontsize=11];',
    '  edge [fontname="sans-serif", fontsize=9];',
    '  graph [fontname="sans-serif", fontsize=12, color="#b9c4ce", style=rounded];',
    ...parts,
    ...lines.map(({ from, to, label, verdict }) => `  ${from} -> ${to} [label=${text(label)}, ${STYLES[verdict]}];`),
    '}',
    '',
  ].join('\n');
}

/** A quoted string: without quotes, escapes such as \N and HTML entities of its own, all of which Graphviz reads. */
function text(label: string): string {
  return `"${label.replace(/[\\"]/g, '\\$&').replace(/&/g, '&amp;')}"`;
}
