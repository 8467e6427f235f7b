import { EndVerdict, ExplainingFlow, Explanation } from '../analysis/explain';
import { printable } from '../support/printable';
import { flowJson, jsonText, peerWords, servicesWords } from './words';

/** The answer as the stable JSON document. */
export function explainJson({ verdict, egress, ingress, nearest, ...rest }: Explanation): string {
  const endJson = ({ flows, ...end }: EndVerdict) => ({
    ...end, flows: flows.map(({ flow, admits, by }) => ({ id: flow.id, ...flowJson(flow), admits, by })),
  });
  return jsonText({
    allowed: verdict === 'allowed',
    verdict,
    ...rest,
    egress: endJson(egress),
    ingress: endJson(ingress),
    nearest: nearest.map(({ flow, why }) => ({ id: flow.id, ...flowJson(flow), why })),
  });
}

/** The answer for people. */
export function explainText(explanation: Explanation): string {
  const { verdict, client, server, asked, services, egress, ingress, nearest, declare } = explanation;
  const what = asked === undefined ? '' : ` with ${servicesWords(asked)}`;
  const open = verdict === 'allowed' && asked !== undefined ? [] : [`  open: ${services.length === 0 ? 'nothing' : servicesWords(services)}`];
  const lines = [
    `${verdict}: ${peerWords(client)} to ${peerWords(server)}${what}`,
    ...open,
    ...endLines(`leaving ${peerWords(client)}`, egress),
    ...endLines(`entering ${peerWords(server)}`, ingress),
    ...(nearest.length > 0 ? ['nearest flows:'] : []),
    ...nearest.map(({ flow, why }) => `  ${why}: ${peerWords(flow.client)} to ${peerWords(flow.server)} with ${servicesWords(flow.services)}${origin(flow)}`),
    ...(declare === undefined ? [] : ['to allow it, declare:', `  ${declare}`]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

function endLines(title: string, { protected: isProtected, mode, enforcementPoints, services, flows }: EndVerdict): string[] {
  if (!isProtected) return [`${title}: not protected by this policy, so nothing holds it up`];
  const points = enforcementPoints.map(({ platform, path }) => `${path} (${platform})`).join(', ') || 'nothing enforces it yet';
  const lenient = mode === 'enforce' ? '' : `; mode ${mode}: nothing is blocked yet`;
  const admits = services.length === 0 ? 'no flow admits it' : `admits ${servicesWords(services)}`;
  return [`${title}: ${admits} [${points}${lenient}]`, ...flows.map((flow) => `  ${explaining(flow)}`)];
}

const BY = { name: '', address: ', by address', list: ', if its list holds the address' };

function explaining({ flow, admits, by }: ExplainingFlow): string {
  return `${servicesWords(admits)} by flow ${flow.id}: ${peerWords(flow.client)} to ${peerWords(flow.server)}${BY[by]}${origin(flow)}`;
}

function origin({ justification, owner, expires, origins, sources = [] }: ExplainingFlow['flow']): string {
  const details = [justification, owner && `owner ${owner}`, expires && `until ${expires}`].filter((text) => text !== undefined && text !== '');
  return `${details.length > 0 ? ` (${details.join('; ')})` : ''} [${[...origins, ...sources].join(', ')}]`;
}
