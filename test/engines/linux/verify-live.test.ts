import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../../lib/cli/main';
import { compilePolicy, manifestOf, writeManifest } from '../../../lib/compiler';
import { EnforcementMode, Peer, Service } from '../../../lib/model';
import { renderAddressBook, renderRuleSet } from '../../../lib/platforms/linux/render';
import { policyNamed } from '../../model/policies';
import { directoryOf } from '../../platforms/aws/read/artifacts';
import { hostsOf } from '../../platforms/linux/hosts';
import { describeWithEngines } from '../harness';
import { rulesetAfter } from './namespaces';

describeWithEngines(['nftables'], 'microseg verify --live', () => {
  /** A shop of two hosts; `web` is what its kernel says after the rule set was loaded and the commands were run. */
  function shop(mode: EnforcementMode, ...commands: string[]): { directory: string; web: string } {
    const policy = policyNamed('Shop', { mode });
    const db = policy.addWorkload('Db', { services: [Service.POSTGRES], addresses: ['10.0.0.2'] });
    const web = policy.addWorkload('Web', { services: [Service.HTTPS], addresses: ['10.0.0.1'] });
    web.allowFrom(Peer.anyIpv4());
    web.allowTo(db);
    const host = hostsOf(policy).find(({ workload }) => workload === 'Web')!;
    const directory = directoryOf({});
    const point = { platform: 'linux', path: 'App/Hosts', monitorScope: [], wholeNetwork: false, workloads: ['Db', 'Web'] };
    const entry = { policy: compilePolicy(policy), invariants: [], enforcementPoints: [point], rendered: new Map() };
    writeManifest(directory, manifestOf([entry]));
    const byHand = commands.map((command) => command.replace('TABLE', `inet ${host.table}`));
    writeFileSync(join(directory, 'live.json'), rulesetAfter([renderRuleSet(host) + renderAddressBook(host), ...byHand]));
    return { directory, web: join(directory, 'live.json') };
  }

  async function verify({ directory, web }: { directory: string; web: string }): Promise<{ code: number; out: string; err: string }> {
    const written = { out: '', err: '' };
    const code = await main(['verify', directory, '--live', web], {
      out: (text) => { written.out += text; }, err: (text) => { written.err += text; },
    });
    return { code, ...written };
  }

  test.each(Object.values(EnforcementMode))('GIVEN a host in %s WHEN its kernel is asked THEN it enforces what is declared, and the other host is left out', async (mode) => {
    const { code, out } = await verify(shop(mode));

    expect(code).toBe(0);
    expect(out).toContain('verified: 1 artifact of 1 policy');
  });

  test('GIVEN a rule that somebody added by hand THEN it is found', async () => {
    const { code, out } = await verify(shop(EnforcementMode.ENFORCE, 'insert rule TABLE ingress ip saddr 10.9.0.0/16 tcp dport 22 accept'));

    expect(code).toBe(1);
    expect(out).toContain('excess: Web lets 10.9.0.0/16 in with tcp/22, which nobody declared');
  });

  test('GIVEN a host without a table of ours THEN that is no proof', async () => {
    const { code, out, err } = await verify(shop(EnforcementMode.ENFORCE, 'delete table TABLE'));

    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('MSEG8003');
  });
});
