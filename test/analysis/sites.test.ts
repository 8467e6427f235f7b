import { overlappingSites, Site } from '../../lib/analysis/sites';
import { compilePolicy } from '../../lib/compiler';
import { Service } from '../../lib/model';
import { payments } from '../model/policies';

const site = (network: string, workloads: string[], ...ranges: string[]): Site => (
  { path: `App/${network}`, network, workloads, ranges: ranges.map((cidr) => ({ kind: 'cidrIpv4', cidr })) });

/** A storefront on one site that talks to an ERP on another one, at this address. */
function storefrontAndErp(erpAddress: string, others: { [id: string]: string } = {}) {
  const policy = payments();
  const storefront = policy.addWorkload('Storefront', { addresses: ['10.1.0.5'] });
  const erp = policy.addWorkload('Erp', { addresses: [erpAddress], services: [Service.HTTPS] });
  for (const [id, address] of Object.entries(others)) policy.addUnmanagedWorkload(id, { addresses: [address] });
  storefront.allowTo(erp);
  return compilePolicy(policy);
}

const AWS = site('aws', ['Storefront'], '10.1.0.0/16');
const AZURE = site('azure', ['Erp'], '10.2.0.0/16');

describe('address space of several sites', () => {
  test('GIVEN sites of their own ranges WHEN a flow goes from one to the other THEN nothing is wrong', () => {
    const policy = storefrontAndErp('10.2.0.5');

    expect([AWS, AZURE].flatMap((each) => overlappingSites(policy, each, [AWS, AZURE]))).toEqual([]);
  });

  test('GIVEN a peer whose address lies in the own network THEN the flow, the side and the address are named', () => {
    const problems = overlappingSites(storefrontAndErp('10.1.7.0/24'), AWS, [AWS, AZURE]);

    expect(problems).toEqual([{
      code: 'MSEG3402',
      where: 'Payments/Storefront',
      message: 'the flow from Storefront to Erp: at App/aws the address of Erp lies in the network of this enforcement point (10.1.7.0/24)',
    }]);
  });

  test('GIVEN a peer whose address a workload of a third site has, too THEN both are named', () => {
    const third = site('gcp', ['Reports'], '10.3.0.0/16');
    const policy = storefrontAndErp('10.2.0.0/24', { Reports: '10.2.0.9', Other: '10.3.0.1' });
    const [problem] = overlappingSites(policy, AWS, [AWS, AZURE, third]);

    expect(problem.message).toContain('the address of Erp is one of Reports, too (10.2.0.9/32)');
  });

  test('GIVEN workloads that nobody protects THEN they may be in any network, and be part of each other', () => {
    const policy = payments();
    const storefront = policy.addWorkload('Storefront', { addresses: ['10.1.0.5'] });
    storefront.allowFrom(policy.addUnmanagedWorkload('Legacy', { addresses: ['10.1.9.0/24'] }), { services: [Service.HTTPS] });
    storefront.allowFrom(policy.addUnmanagedWorkload('Host', { addresses: ['10.1.9.9'] }), { services: [Service.SSH] });

    expect(overlappingSites(compilePolicy(policy), AWS, [AWS, AZURE])).toEqual([]);
  });

  test('GIVEN two enforcement points of one network THEN they are one site', () => {
    const second = { ...site('aws', ['Erp'], '10.1.0.0/16'), path: 'App/second' };

    expect(overlappingSites(storefrontAndErp('10.1.7.5'), AWS, [AWS, second])).toEqual([]);
  });

  test('GIVEN addresses that two workloads share and no flow relies on THEN nothing is wrong', () => {
    const policy = storefrontAndErp('10.2.0.5', { One: '192.0.2.1', Two: '192.0.2.0/24' });

    expect(overlappingSites(policy, AWS, [AWS, AZURE])).toEqual([]);
  });
});
