import { verifyPlaced } from '../../../lib/analysis/verify';
import { SecurityGroups } from '../../../lib/bindings/cdktf';
import { EnforcementMode, IpFamily, Peer, Service } from '../../../lib/model';
import { TerraformReader } from '../../../lib/platforms/aws/read-terraform';
import { codesOf, FRAMEWORKS, mapsOf, policyIn, rulesOf, TestApp } from './frameworks';

describe.each(FRAMEWORKS)('peers of other networks in $name', (framework) => {
  /** A storefront here; an ERP that another stack makes, with an address that nobody knows before deployment. */
  function storefront() {
    const test = new TestApp(framework);
    const elsewhere = test.stack('Elsewhere');
    const address = test.make(elsewhere, 'eip', 'Erp', { domain: 'vpc' });
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Shop', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
    const erp = policy.addWorkload('Erp', { services: [Service.HTTPS] });
    const groups = new SecurityGroups(stack, 'Groups', { policy, vpcId: 'vpc-1' });
    groups.protect(web);
    web.allowTo(erp);
    erp.allowTo(web, { services: [Service.icmp(8), Service.HTTPS] });
    return { test, policy, web, erp, groups, block: `${address.publicIp}/32` };
  }

  test('GIVEN a peer that nobody can find WHEN synthesized THEN the error names the flow, the side and the choices', () => {
    const { test } = storefront();

    expect(() => test.synth()).toThrow(/MSEG3005 \[Shop\/Shop\/Web\] the flow from Web to Erp needs the address of Erp at its egress end.*declare its addresses/);
  });

  test('GIVEN its address as a deploy-time value WHEN synthesized THEN both ends use it, and the artifact is what was declared', () => {
    const { test, erp, groups, block } = storefront();
    groups.addPeerAddress({ workload: erp, ipv4Blocks: [block] });

    const { ingress, egress } = mapsOf(test.synth().configuration('Shop'));
    const { ok, policies } = verifyPlaced([{ directory: 'stacks/Shop', manifest: test.manifest('Shop') }], new TerraformReader().read(test.app.outdir));

    const address = '${data.terraform_remote_state.cross-stack-reference-input-Elsewhere.outputs.cross-stack-output-aws_eipErppublic_ip}/32';
    expect(rulesOf(egress, 'Web').map(({ cidr_ipv4: cidr, from_port: port }) => [cidr, port])).toEqual([[address, 443]]);
    expect(rulesOf(ingress, 'Web').map(({ cidr_ipv4: cidr }) => cidr)).toEqual([address, address]);
    expect(policies.flatMap(({ artifacts }) => artifacts.flatMap(({ excess, missing }) => [...excess, ...missing]))).toEqual([]);
    expect(ok).toBe(true);
  });

  test('GIVEN an address that is known WHEN given to the enforcement point THEN it is sent back to the workload', () => {
    const { erp, groups } = storefront();

    expect(codesOf(() => groups.addPeerAddress({ workload: erp, ipv4Blocks: ['10.2.0.5/32'] }))).toEqual(['MSEG3403']);
  });

  test.each([
    ['a service tag', Peer.serviceTag('AzureLoadBalancer')],
    ['an address group', Peer.addressGroup('partners', 'projects/p/locations/global/addressGroups/partners', IpFamily.IPV4)],
  ])('GIVEN %s WHEN synthesized for AWS THEN it is refused', (_, peer) => {
    const { test, web, erp, groups, block } = storefront();
    groups.addPeerAddress({ workload: erp, ipv4Blocks: [block] });
    web.allowFrom(peer);

    expect(codesOf(() => test.synth())).toEqual(['MSEG3401']);
  });

  test('GIVEN two sites with one address space WHEN synthesized THEN it is found', () => {
    const test = new TestApp(framework);
    const stack = test.stack('Shop');
    const policy = policyIn(stack, 'Shop', { mode: EnforcementMode.ENFORCE });
    const web = policy.addWorkload('Web', { addresses: ['10.0.1.0/24'] });
    const erp = policy.addWorkload('Erp', { addresses: ['10.0.9.0/24'], services: [Service.HTTPS] });
    new SecurityGroups(stack, 'Here', { policy, vpcId: 'vpc-1', monitorScope: ['10.0.0.0/16'] }).protect(web);
    new SecurityGroups(stack, 'There', { policy, vpcId: 'vpc-2', monitorScope: ['10.0.0.0/16'] }).protect(erp);
    web.allowTo(erp);

    expect(() => test.synth()).toThrow(/MSEG3402 .*at Shop\/Here the address of Erp lies in the network of this enforcement point \(10\.0\.9\.0\/24\)/);
  });
});
