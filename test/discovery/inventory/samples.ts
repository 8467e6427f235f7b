/** Small documents in the shapes that the tools print. */

const instance = (type: string, name: string, ...attributes: object[]) => (
  { mode: 'managed', type, name, provider: 'provider', instances: attributes.map((each) => ({ schema_version: 1, attributes: each })) });

export const TERRAFORM_STATE = {
  version: 4,
  terraform_version: '1.9.0',
  serial: 7,
  lineage: '00000000-0000-0000-0000-000000000000',
  outputs: {},
  resources: [
    instance('aws_instance', 'web', { id: 'i-1', private_ip: '10.0.1.10', public_ip: '203.0.113.10', secondary_private_ips: ['10.0.1.11'], tags: { Name: 'web', tier: 'web' } }),
    instance('aws_network_interface', 'extra', { id: 'eni-1', private_ip: '10.0.1.12', private_ips: ['10.0.1.12'], attachment: [{ instance: 'i-1', device_index: 1 }] }),
    instance('aws_network_interface', 'spare', { id: 'eni-2', private_ips: ['10.0.9.9'], attachment: [] }),
    instance('azurerm_network_interface', 'billing', {
      name: 'billing-nic', private_ip_address: '10.1.0.4', private_ip_addresses: ['10.1.0.4'],
      virtual_machine_id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/billing-vm',
    }),
    instance('google_compute_instance', 'ledger', {
      name: 'ledger', labels: { tier: 'db' },
      network_interface: [{ network_ip: '10.2.0.5', access_config: [{ nat_ip: '198.51.100.7' }], alias_ip_range: [{ ip_cidr_range: '10.2.64.0/24' }] }],
    }),
    instance('google_compute_forwarding_rule', 'lb', { name: 'internal-lb', ip_address: '10.2.0.99' }),
    instance('aws_s3_bucket', 'logs', { bucket: 'logs' }),
  ],
};

const shown = (name: string, address: string) => ({ address: `aws_instance.${name}`, mode: 'managed', type: 'aws_instance', name, values: { private_ip: address } });

export const TERRAFORM_SHOWN = {
  format_version: '1.0',
  terraform_version: '1.9.0',
  values: { root_module: { resources: [shown('web', '10.0.1.10')], child_modules: [{ address: 'module.a', resources: [shown('nested', '10.0.1.20')] }] } },
};

const pod = (namespace: string, name: string, owner: object | undefined, labels: object, status: object, spec: object = {}) => ({
  apiVersion: 'v1', kind: 'Pod',
  metadata: { namespace, name, labels, ...(owner ? { ownerReferences: [{ controller: true, ...owner }] } : {}) },
  spec: { containers: [], ...spec },
  status: { phase: 'Running', ...status },
});
const replicaSet = { kind: 'ReplicaSet', name: 'web-5d8f9c' };
const web = { 'app': 'web', 'pod-template-hash': '5d8f9c' };

export const PODS = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    pod('shop', 'web-5d8f9c-aaaaa', replicaSet, web, { podIP: '10.244.0.5', podIPs: [{ ip: '10.244.0.5' }], startTime: '2026-09-01T00:00:00Z' },
      { containers: [{ ports: [{ containerPort: 8080, protocol: 'TCP' }] }] }),
    pod('shop', 'web-5d8f9c-bbbbb', replicaSet, web, { podIP: '10.244.0.6', podIPs: [{ ip: '10.244.0.6' }, { ip: 'fd00::6' }] }),
    pod('shop', 'report-29012345-ccccc', { kind: 'Job', name: 'report-29012345' }, {}, {
      phase: 'Succeeded', podIP: '10.244.0.7', startTime: '2026-09-01T00:00:00Z',
      containerStatuses: [{ state: { terminated: { finishedAt: '2026-09-01T01:00:00Z' } } }],
    }),
    pod('shop', 'db-0', { kind: 'StatefulSet', name: 'db' }, {}, { podIP: '10.244.0.7', startTime: '2026-09-01T02:00:00Z' }),
    pod('kube-system', 'proxy-x', { kind: 'DaemonSet', name: 'proxy' }, {}, { podIP: '172.18.0.2' }, { hostNetwork: true, nodeName: 'worker-1' }),
    pod('default', 'lonely', undefined, {}, { podIP: '10.244.0.9' }),
    {
      apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'web' },
      spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ port: 80, targetPort: 8080, protocol: 'TCP' }] }, status: { loadBalancer: {} },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name: 'db' }, spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [{ port: 5432 }] } },
    {
      apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-1' },
      status: { addresses: [{ type: 'InternalIP', address: '172.18.0.2' }, { type: 'Hostname', address: 'worker-1' }] },
    },
  ],
};

const card = (address: string, more: object = {}) => (
  { PrivateIpAddress: address, PrivateIpAddresses: [{ PrivateIpAddress: address, Primary: true }], Ipv6Addresses: [], ...more });

export const AWS_INSTANCES = {
  Reservations: [{
    ReservationId: 'r-1',
    Instances: [
      {
        InstanceId: 'i-1', PrivateIpAddress: '10.0.1.10', PublicIpAddress: '203.0.113.10', State: { Name: 'running' },
        Tags: [{ Key: 'Name', Value: 'web' }, { Key: 'tier', Value: 'front' }, { Key: 'aws:cloudformation:stack-name', Value: 'S' }],
        NetworkInterfaces: [card('10.0.1.10', {
          PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.10', Association: { PublicIp: '203.0.113.10' } }, { PrivateIpAddress: '10.0.1.110' }],
          Ipv6Addresses: [{ Ipv6Address: '2001:db8::10' }],
        })],
      },
      { InstanceId: 'i-2', PrivateIpAddress: '10.0.1.20', State: { Name: 'running' }, NetworkInterfaces: [card('10.0.1.20')] },
      { InstanceId: 'i-3', State: { Name: 'terminated' }, NetworkInterfaces: [] },
    ],
  }],
};

export const AWS_INTERFACES = {
  NetworkInterfaces: [
    card('10.0.1.10', { NetworkInterfaceId: 'eni-1', InterfaceType: 'interface', Attachment: { InstanceId: 'i-1' }, TagSet: [] }),
    card('10.0.1.50', { NetworkInterfaceId: 'eni-2', InterfaceType: 'interface', Description: 'ELB app/shop/0123456789abcdef', TagSet: [] }),
    card('10.0.1.60', { NetworkInterfaceId: 'eni-3', InterfaceType: 'interface', Description: 'RDSNetworkInterface', TagSet: [] }),
  ],
};

export const AZURE_MACHINES = [{
  virtualMachine: {
    name: 'billing', resourceGroup: 'g',
    network: { privateIpAddresses: ['10.1.0.4'], publicIpAddresses: [{ ipAddress: '198.51.100.4', name: 'billing-ip' }] },
  },
}];

export const AZURE_INTERFACES = [
  {
    name: 'billing-nic', ipConfigurations: [{ name: 'primary', privateIPAddress: '10.1.0.4' }], tags: { tier: 'app' },
    virtualMachine: { id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/billing' },
  },
  { name: 'spare-nic', ipConfigurations: [{ name: 'primary', privateIpAddress: '10.1.0.5' }], virtualMachine: null, tags: null },
];

export const GOOGLE_INSTANCES = [{
  kind: 'compute#instance', name: 'ledger', labels: { tier: 'db' },
  networkInterfaces: [{ networkIP: '10.2.0.5', accessConfigs: [{ natIP: '198.51.100.7' }], aliasIpRanges: [{ ipCidrRange: '10.64.0.0/24' }] }],
}];

export const CDK_OUTPUTS = { NetworkStack: { BastionAddress: '10.0.1.10', Url: 'https://shop.example', Bucket: 'logs-1' } };
