import { VariableNames } from './names';
import { serviceExpressions } from './service-names';
import { callWithObject, inComment, lineComment, listLiteral, literal, objectLiteral } from './source-text';
import { SuggestedFlow, SuggestedPeer, SuggestedWorkload, Suggestion } from './suggestion';

/** The suggestion as a TypeScript module: one function that declares a policy, or adds to one that is there. */
export function typescriptOf(suggestion: Suggestion): string {
  return new Module(suggestion).text();
}

class Module {
  private readonly variables = new Map<string, string>();
  private readonly managed: ReadonlySet<string>;

  public constructor(private readonly suggestion: Suggestion) {
    const names = new VariableNames();
    this.managed = new Set(suggestion.workloads.filter(({ managed }) => managed).map(({ id }) => id));
    for (const { id } of suggestion.workloads) this.variables.set(id, names.next(id));
  }

  public text(): string {
    const body = this.body();
    return `${[...this.imports(body), '', ...this.head(body.length > 0 ? 'policy' : '_policy'), ...body, '}'].join('\n')}\n`;
  }

  private body(): string[] {
    const { policy, workloads, flows } = this.suggestion;
    const peers = flows.flatMap(({ client, server }) => [client, server]);
    const used = new Set(peers.flatMap((peer) => ('workload' in peer ? [peer.workload] : [])));
    return [
      ...(policy.exists ? [] : [`  const policy = new SegmentationPolicy(scope, ${literal(policy.id)}, { mode: EnforcementMode.MONITOR });`, '']),
      ...workloads.flatMap((workload) => this.workload(workload, used.has(workload.id))),
      ...(workloads.length > 0 && flows.length > 0 ? [''] : []),
      ...flows.flatMap((flow) => this.flow(flow)),
      ...(policy.exists ? [] : ['', '  return policy;']),
    ];
  }

  private imports(body: readonly string[]): string[] {
    const { exists } = this.suggestion.policy;
    const text = body.join('\n');
    // Only names that stand as code: a literal may hold any of them.
    const code = text.replace(/'(?:\\.|[^'\\])*'|\/\/.*$/gm, '');
    const names = ['EnforcementMode', 'Peer', 'SegmentationPolicy', 'Service', 'Workload']
      .filter((name) => (exists && name === 'SegmentationPolicy') || new RegExp(`\\b${name}\\b`).test(code));
    const library = `import { ${names.join(', ')} } from 'cdk-microsegmentation';`;
    return exists ? [library] : [library, 'import { Construct } from \'constructs\';'];
  }

  /** @param parameter a policy that nothing is added to is named as one that is not used */
  private head(parameter: string): string[] {
    const { policy, window, minConfidence, widening } = this.suggestion;
    const seen = window ? ` from ${window.from.slice(0, 10)} to ${window.to.slice(0, 10)}` : '';
    const opened = [
      ...(widening.pairs > 0 ? [`Pairs of workloads and services that are open beyond what was seen: ${widening.pairs}.`] : []),
      ...(widening.anyAddress > 0 ? [`Flows that are open to every address, because the Internet was seen there: ${widening.anyAddress}.`] : []),
    ];
    const what = policy.exists ? `What policy ${policy.id} lacks of the connections` : 'The connections';
    const lines = [`${what} that were observed${seen}, with a confidence of ${minConfidence} or more.`, ...opened];
    const name = policy.exists ? `allowObserved(${parameter}: SegmentationPolicy): void` : 'observedPolicy(scope: Construct): SegmentationPolicy';
    return ['/**', ...lines.map((line) => ` * ${inComment(line)}`), ' */', `export function ${name} {`];
  }

  private workload({ id, existing, managed, labels, services, addresses, proposed, node }: SuggestedWorkload, isUsed: boolean): string[] {
    const start = isUsed ? `const ${this.variables.get(id)!} = ` : '';
    if (existing && !isUsed) return [];
    if (existing) return [`  ${start}policy.node.findChild(${literal(id)}) as Workload;`];
    const properties = [
      ...(Object.keys(labels).length > 0 ? [`labels: ${objectLiteral(labels)}`] : []),
      ...(services.length > 0 ? [`services: [${serviceExpressions(services).join(', ')}]`] : []),
      ...(addresses.length > 0 ? [`addresses: ${listLiteral(addresses)}`] : []),
    ];
    return [
      ...(node === id ? [] : [`  ${lineComment(`in the map: ${node}`)}`]),
      ...(proposed ? [`  ${lineComment(`its traffic is that of ${textOfLabels(proposed.labels)} (confidence ${proposed.confidence})`)}`] : []),
      callWithObject(`${start}policy.${managed ? 'addWorkload' : 'addUnmanagedWorkload'}(${literal(id)}, `, properties, '  '),
    ];
  }

  private flow(flow: SuggestedFlow): string[] {
    const { client, server, services, justification, opened } = flow;
    const comment = opened > 0 ? [`  ${lineComment(`${opened} of ${flow.pairs} pairs were not seen`)}`] : [];
    const options = [`services: [${serviceExpressions(services).join(', ')}]`, `justification: ${literal(justification)}`];
    const many = [client, server].find((peer) => 'addresses' in peer && peer.addresses.length > 1) as { addresses: string[] } | undefined;
    if (!many) return [...comment, callWithObject(this.allow(client, server), options, '  ')];
    const one = (peer: SuggestedPeer) => (peer === many ? 'Peer.cidr(address)' : this.peer(peer));
    return [
      `  for (const address of ${listLiteral(many.addresses)}) {`,
      callWithObject(this.allow(client, server, one), options, '    '),
      '  }',
    ];
  }

  /** The beginning of the call, as a person would write it: by the workload that it is about. */
  private allow(client: SuggestedPeer, server: SuggestedPeer, text = (peer: SuggestedPeer) => this.peer(peer)): string {
    const byServer = 'workload' in server && !('workload' in client && this.managed.has(client.workload));
    if ('workload' in client && !byServer) return `${text(client)}.allowTo(${text(server)}, `;
    if (byServer) return `${text(server)}.allowFrom(${text(client)}, `;
    return `policy.allow(${text(client)}, ${text(server)}, `;
  }

  private peer(peer: SuggestedPeer): string {
    if ('workload' in peer) return this.variables.get(peer.workload)!;
    if ('labels' in peer) return `Peer.labeled(${objectLiteral(peer.labels)})`;
    if ('addresses' in peer) return `Peer.cidr(${literal(peer.addresses[0])})`;
    return peer.any.length > 1 ? 'Peer.any()' : peer.any[0] === 'ipv4' ? 'Peer.anyIpv4()' : 'Peer.anyIpv6()';
  }
}

function textOfLabels(labels: { readonly [key: string]: string }): string {
  return Object.entries(labels).map(([key, value]) => `${key} ${value}`).join(', ');
}
