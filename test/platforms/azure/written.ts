import { AzureTerraformReader } from '../../../lib/platforms/azure/read-terraform';
import { directoryOf, problemsOf } from '../aws/read/artifacts';

export type Resources = { readonly [type: string]: object };

/** Groups and rules as people write them. */
export const read = (files: { [path: string]: unknown }) => new AzureTerraformReader().read(directoryOf(files));
export const readStack = (resource: Resources, more: object = {}) => read({ 'stacks/app/cdk.tf.json': { resource, ...more } });
export const problems = (resource: Resources, more: object = {}) => (
  problemsOf(() => readStack(resource, more)).map((problem) => problem.replace('stacks/app/cdk.tf.json#', '')));

export const tags = (workload: string) => ({ 'microseg:policy': 'P', 'microseg:workload': workload });
export const inbound = (priority: number, more: object) => ({
  name: `r${priority}`, priority, direction: 'Inbound', access: 'Allow', protocol: 'Tcp', source_port_range: '*', destination_port_range: '443',
  destination_address_prefix: '*', ...more,
});
/** Denies everything that no rule before it admits. */
export const CLOSED = [
  inbound(4096, { access: 'Deny', protocol: '*', destination_port_range: '*', source_address_prefix: '*' }),
  inbound(4096, { direction: 'Outbound', access: 'Deny', protocol: '*', destination_port_range: '*', source_address_prefix: '*' }),
];
export const nsg = (workload: string | undefined, rules: readonly object[], more: object = {}) => (
  { name: `nsg-${workload}`, ...(workload !== undefined && { tags: tags(workload) }), security_rule: rules, ...more });
export const WEB = '${azurerm_network_security_group.web.id}';
