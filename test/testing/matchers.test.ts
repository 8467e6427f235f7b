import { Peer, Service } from '../../lib/model';
import '../../lib/testing';
import { payments, policyNamed } from '../model/policies';

function shop() {
  const policy = payments();
  const web = policy.addWorkload('Web', { labels: { tier: 'web' }, services: [Service.HTTPS] });
  const api = policy.addWorkload('Api', { labels: { tier: 'api' }, services: [Service.tcp(8443)] });
  const db = policy.addWorkload('Db', { labels: { tier: 'db' }, services: [Service.POSTGRES, Service.SSH] });
  web.allowFrom(Peer.anyIpv4(), { justification: 'public site' });
  web.allowTo(api, { justification: 'orders' });
  api.allowTo(db, { services: [Service.POSTGRES], justification: 'bookings' });
  return { policy, web, api, db };
}

/** What a failed expectation says. */
function complaint(work: () => void): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

test('GIVEN what is open WHEN expected so THEN it passes, with workloads, labels and addresses', () => {
  const { policy, web, api, db } = shop();
  expect(policy).toAllow(web, api);
  expect(policy).toAllow(api, db, Service.POSTGRES);
  expect(policy).toAllow(Peer.ipv4('198.51.100.7'), web, Service.HTTPS);
  expect(policy).toDeny(web, db);
  expect(policy).toDeny(Peer.labeled({ tier: 'web' }), db, Service.POSTGRES);
  expect(policy).toDeny(api, db, Service.SSH);
  expect(policy).toHaveBlastRadiusAtMost(web, 2);
  expect(policy).not.toAllow(api, db);
  expect(policy).not.toDeny(api, db);
  expect(policy).not.toHaveBlastRadiusAtMost(web, 1);
});

test('GIVEN a connection that is closed WHEN expected open THEN the complaint says which end, and what to declare', () => {
  const { policy, web, db } = shop();
  const text = complaint(() => { expect(policy).toAllow(web, db, Service.POSTGRES); });
  expect(text).toContain('expected policy Payments to allow this: Web must reach Db with tcp/5432');
  expect(text).toContain('but Web cannot reach Db with tcp/5432');
  expect(text).toContain('leaving Web: no flow admits it');
  expect(text).toContain("web.allowTo(db, { services: [Service.tcp(5432)], justification: '…' });");
});

test('GIVEN a connection that is open WHEN expected closed THEN the complaint names the flow and its reason', () => {
  const { policy, api, db } = shop();
  const text = complaint(() => { expect(policy).toDeny(api, db); });
  expect(text).toContain('but Api reaches Db with tcp/5432');
  expect(text).toMatch(/tcp\/5432 by flow \w+: Api to Db \(bookings\) \[Payments\/Api, test\/testing\/matchers\.test\.ts:\d+\]/);
});

test('GIVEN a reach that is too wide WHEN expected narrower THEN the complaint shows the way to each workload', () => {
  const { policy, web } = shop();
  const text = complaint(() => { expect(policy).toHaveBlastRadiusAtMost(web, 1); });
  expect(text).toContain('but Web reaches 2: Api, Db');
  expect(text).toContain('  Db: Web > Api > Db');
});

test('GIVEN an expectation that is met WHEN turned round THEN the complaint says what holds', () => {
  const { policy, web, api } = shop();
  expect(complaint(() => { expect(policy).not.toAllow(web, api); })).toBe('expected policy Payments not to allow this: Web must reach Api');
});

test('GIVEN expectations THEN the policy stays as it was declared', () => {
  const { policy, web, api } = shop();
  const revision = policy._revision;
  expect(policy).toAllow(web, api);
  expect(policy._revision).toBe(revision);
});

test('GIVEN no policy, or a peer of another one, THEN that is an error of its own', () => {
  const { policy, web } = shop();
  const stranger = policyNamed('Other').addWorkload('Web');
  expect(complaint(() => { expect({}).toAllow(web, web); })).toContain('must be given a SegmentationPolicy');
  expect(complaint(() => { expect(policy).toDeny(stranger, web); })).toContain('MSEG1011 [Payments] Other/Web belongs to another policy');
});
