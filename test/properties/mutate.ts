import { readFileSync, writeFileSync } from 'node:fs';

type Json = any;
export type Pick = (count: number) => number;

/** A number below `count`, the same ones in every run. */
export function picker(seed: number): Pick {
  let state = seed;
  return (count) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % count;
  };
}

/** Names of the same things in both artifacts of AWS. */
export interface Names { protocol: string; from: string; to: string; ipv4: string; ipv6: string; anyPort: Json }
export const CLOUDFORMATION: Names = { protocol: 'IpProtocol', from: 'FromPort', to: 'ToPort', ipv4: 'CidrIp', ipv6: 'CidrIpv6', anyPort: undefined };
export const TERRAFORM: Names = { protocol: 'ip_protocol', from: 'from_port', to: 'to_port', ipv4: 'cidr_ipv4', ipv6: 'cidr_ipv6', anyPort: null };

/** A rule where it stands: it can be changed, or taken out. */
export interface Place { readonly rule: Json; remove(): void }

/** Widens the rule, or takes it out. */
export function mutate({ rule, remove }: Place, names: Names, pick: Pick): void {
  const ways: (() => void)[] = [remove];
  if (['tcp', 'udp'].includes(rule[names.protocol])) ways.push(() => Object.assign(rule, { [names.from]: 0, [names.to]: 65_535 }));
  const everything = { [names.protocol]: '-1', [names.from]: names.anyPort, [names.to]: names.anyPort };
  if (rule[names.protocol] !== '-1') ways.push(() => Object.assign(rule, everything));
  if (typeof rule[names.ipv4] === 'string' && /^\d/.test(rule[names.ipv4])) ways.push(() => { rule[names.ipv4] = '0.0.0.0/0'; });
  if (typeof rule[names.ipv6] === 'string' && /^[\da-f:]+\//.test(rule[names.ipv6])) ways.push(() => { rule[names.ipv6] = '::/0'; });
  ways[pick(ways.length)]();
}

export function rewrite(file: string, change: (content: Json) => void): void {
  const content = JSON.parse(readFileSync(file, 'utf8'));
  change(content);
  writeFileSync(file, JSON.stringify(content));
}
