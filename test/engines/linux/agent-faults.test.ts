import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packBundle } from '../../../lib/platforms/linux/bundle';
import { describeWithEngines } from '../harness/engines';
import { AgentHost, bundleFor, CLOSED_PORT, MANAGEMENT_PORT, TABLE } from './agent-host';

/** Under dash an apply is killed at every step, under ash, which runs some programs itself, at each fifth. */
const SHELLS = [['dash', ['dash'], 1], ['busybox ash', ['busybox', 'ash'], 5]] as const;
/** Every program that an apply runs. */
const PROGRAMS = ['awk', 'cat', 'chmod', 'cp', 'cut', 'diff', 'dirname', 'find', 'flock', 'grep', 'head', 'ln', 'mkdir', 'mv', 'nft', 'readlink', 'rm',
  'sed', 'sha256sum', 'sort', 'sync', 'tail', 'tar', 'timeout', 'unshare'];

// Jest takes a time limit from a project's configuration for itself only.
jest.setTimeout(600_000);
const sleep = (ms: number) => new Promise((resolve) => { setTimeout(resolve, ms); });
describeWithEngines(['agentHost'], 'the agent', () => describe.each(SHELLS)('under %s', (_, shell, stride) => {
  let host: AgentHost;
  let before: string;

  beforeAll(() => { host = new AgentHost(shell); });
  let remembered: string | undefined;
  beforeEach(() => {
    // Many of the tests change nothing: that is what they test.
    if (remembered !== undefined && host.remembers(remembered) && host.table() === before) return;
    host.forget();
    host.inForce([443]);
    before = host.table();
    remembered = host.remembered();
  });
  afterAll(() => { host.remove(); });

  const expectUnchanged = () => {
    expect(host.table()).toBe(before);
    expect(host.agent('status').said).toContain('enforce: confirmed, table unchanged');
  };

  test('killed at any step of an apply, together with its watchdog, leaves one rule set or the other; the next run goes back', () => {
    const bundle = host.write('next', bundleFor([444]));
    expect(host.agent('apply', bundle).status).toBe(0);
    const after = host.table();
    expect(after).not.toBe(before);
    host.agent('rollback');

    const counter = join(host.directory, 'step');
    const kill = host.intercept(`echo >>${counter}
[ $(/usr/bin/wc -l <${counter}) -lt $KILL_AT ] || kill -9 0
exec REAL "$@"`, PROGRAMS);
    kill.PATH = `${host.intercept('exit 0', ['setsid']).PATH!.split(':')[0]}:${kill.PATH}`;
    let loaded = 0;
    let step = 0;
    for (let finished = false; !finished;) {
      step += stride;
      writeFileSync(counter, '');
      finished = host.agentAlone({ ...kill, KILL_AT: String(step) }, 'apply', bundle).status === 0;
      const table = host.table();
      expect([before, after]).toContain(table);
      if (table === after) loaded += 1;
      // Killed after its last word was on disk, it waits for a confirmation like one that was not killed.
      if (host.remembered().includes('stage=waiting')) host.agent('rollback');
      else if (/^pending=./m.test(host.remembered())) expect(host.agent('check').status).toBe(0);
      expect(host.table()).toBe(before);
    }
    expect(step).toBeGreaterThan(40);
    expect(loaded).toBeGreaterThan(0);
    expectUnchanged();
  });

  test('killed between load and confirmation is undone by the watchdog alone, and at boot', async () => {
    const bundle = host.write('next', bundleFor([444], { probe: { command: 'kill -9 $(ps -o ppid= -p $(ps -o ppid= -p $$))' } }));
    expect(host.agent('apply', bundle).status).not.toBe(0);
    await sleep(2500);
    expectUnchanged();
    expect(host.agent('status').said).toContain('an apply was interrupted');
    // Power cut: the kernel has forgotten everything, the disk has not.
    expect(host.agent('apply', host.write('other', bundleFor([444]))).status).toBe(0);
    host.inHost({}, 'nft', 'delete', 'table', 'inet', TABLE);
    host.agent('boot');
    expectUnchanged();
    expect(host.agent('status').said).toContain('not confirmed before the restart');
  });

  test('killed at any step of a confirmation has confirmed, or has not', () => {
    const bundle = host.write('next', bundleFor([444]));
    host.agent('apply', bundle);
    const after = host.table();
    host.agent('rollback');
    const counter = join(host.directory, 'step');
    const kill = host.intercept(`echo >>${counter}
[ $(/usr/bin/wc -l <${counter}) -lt $KILL_AT ] || kill -9 0
exec REAL "$@"`, PROGRAMS);
    const outcomes = new Set<boolean>();
    let finished = false;
    for (let step = 1; !finished; step += 2 + stride) {
      expect(host.agent('apply', bundle).status).toBe(0);
      writeFileSync(counter, '');
      finished = host.agentAlone({ ...kill, KILL_AT: String(step) }, 'confirm').status === 0;
      const confirmed = host.remembered().includes('pending=\n');
      outcomes.add(confirmed);
      expect(host.agent('boot').status).toBe(0);
      expect(host.table()).toBe(confirmed ? after : before);
      expect(host.remembered()).toContain('unfinished=\n');
      if (confirmed) host.agent('rollback');
      expect(host.table()).toBe(before);
    }
    expect([...outcomes].sort()).toEqual([false, true]);
  });

  test('goes back when nobody confirms, and says so', async () => {
    expect(host.agent('apply', host.write('next', bundleFor([444], { confirmSeconds: 1 }))).status).toBe(0);
    await sleep(3500);
    expectUnchanged();
    expect(host.agent('confirm')).toMatchObject({ status: 4, said: expect.stringContaining('not confirmed in time') });
    expect(host.reachable(443)).toBe(true);
    expect(host.reachable(444)).toBe(false);
  });

  test('waits by the time the host is up, not by a clock that jumps', () => {
    const years = host.intercept('echo 4102444800', ['date']);
    expect(host.agentIn(years, 'apply', host.write('next', bundleFor([444]))).status).toBe(0);
    expect(host.agentIn(years, 'check').said).toContain('waits for confirm');
    expect(host.agentIn(host.intercept('echo 0', ['date']), 'confirm').status).toBe(0);
    expect(host.reachable(444)).toBe(true);
  });

  test('goes back when the probe fails', () => {
    expect(host.agent('apply', host.write('next', bundleFor([444], { probe: { command: 'false' } })))).toMatchObject({ status: 4 });
    expectUnchanged();
  });

  test('refuses archives that are cut off, changed, or hold what no bundle holds', () => {
    const archive = packBundle(bundleFor([444]));
    const changed = Buffer.from(archive);
    changed[archive.length >> 1] ^= 0xff;
    for (const bytes of [archive.subarray(0, archive.length - 100), changed, Buffer.from('nonsense'), Buffer.alloc(0)]) {
      writeFileSync(join(host.directory, 'bad.tar.gz'), bytes);
      expect(host.agent('apply', join(host.directory, 'bad.tar.gz')).status).toBe(3);
    }
    const source = host.write('hostile', bundleFor([444]));
    execFileSync('tar', ['-czf', 'up.tar.gz', '--transform', 's,^agent.conf$,../agent.conf,', '-P', '-C', source, '.'], { cwd: host.directory, stdio: 'ignore' });
    execFileSync('sh', ['-c', 'ln -s /etc/passwd hostile/passwd; tar -czf link.tar.gz -C hostile $(ls hostile)'], { cwd: host.directory });
    for (const file of ['up.tar.gz', 'link.tar.gz']) expect(host.agent('apply', join(host.directory, file)).status).toBe(3);
    expectUnchanged();
  });

  test('refuses files that are not those of the manifest, other formats, and bundles of other workloads', () => {
    const source = host.write('changed', bundleFor([444]));
    const rules = join(source, 'rules.nft');
    const refused = (message: string) => expect(host.agent('apply', source)).toMatchObject({ status: 3, said: expect.stringContaining(message) });
    const original = readFileSync(rules, 'utf8');
    writeFileSync(rules, original.replace('drop', 'accept'));
    refused('not the one in its manifest');
    writeFileSync(rules, original);
    copyFileSync(rules, join(source, 'more.nft'));
    refused('not those of its manifest');
    rmSync(join(source, 'more.nft'));
    rmSync(join(source, 'ulogd.conf'));
    refused('not those of its manifest');
    const manifest = bundleFor([444]).files['manifest.json'];
    host.write('changed', bundleFor([444]));
    writeFileSync(join(source, 'manifest.json'), manifest.replace('"formatVersion": 1', '"formatVersion": 2'));
    refused('another version of the agent');
    expect(host.agent('apply', host.write('stranger', bundleFor([444], {}, { workload: 'Ledger' })))).toMatchObject({ status: 3, said: expect.stringContaining('this host is Web') });
    expectUnchanged();
  });

  test('wants a signature as soon as a key is installed', () => {
    const archive = host.pack('signed', bundleFor([444]));
    const source = host.write('signed', bundleFor([444]));
    const inDirectory = (...command: string[]) => execFileSync(command[0], command.slice(1), { cwd: host.directory, stdio: 'ignore' });
    for (const key of ['mine', 'other']) {
      inDirectory('openssl', 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${key}.pem`);
      inDirectory('minisign', '-G', '-W', '-p', `${key}.pub`, '-s', `${key}.key`);
    }
    inDirectory('openssl', 'pkey', '-in', 'mine.pem', '-pubout', '-out', join(host.root, 'etc/microseg/bundle.pem'));
    const sign = (key: string) => inDirectory('openssl', 'dgst', '-sha256', '-sign', `${key}.pem`, '-out', `${archive}.sig`, join(source, 'manifest.json'));
    const seal = (key: string) => inDirectory('minisign', '-S', '-s', `${key}.key`, '-m', join(source, 'manifest.json'), '-x', `${archive}.minisig`);

    expect(host.agent('apply', archive)).toMatchObject({ status: 3, said: expect.stringContaining('no signature') });
    sign('other');
    expect(host.agent('apply', archive)).toMatchObject({ status: 3, said: expect.stringContaining('no signature by the installed key') });
    sign('mine');
    copyFileSync(join(host.directory, 'mine.pub'), join(host.root, 'etc/microseg/bundle.pub'));
    expect(host.agent('apply', archive).status).toBe(3);
    seal('other');
    expect(host.agent('apply', archive).status).toBe(3);
    expectUnchanged();
    seal('mine');
    expect(host.agent('apply', archive).status).toBe(0);
  });

  test('refuses an address book with commands, or with what the kernel refuses; takes a good one', () => {
    const book = join(host.directory, 'addresses.nft');
    const good = bundleFor([444]).files['addresses.nft'];
    for (const bad of ['flush ruleset\n', `delete table inet ${TABLE}\n`, 'include "/etc/passwd"\n', `add rule inet ${TABLE} input accept\n`,
      `${good}flush set inet microseg_other in4\n`, good.replace('10.98.0.2', '10.98.0.300'), good.replace('10.98.0.2', '::1'), `${good}}\n`]) {
      writeFileSync(book, bad);
      expect(host.agent('addresses', book).status).toBe(3);
    }
    expectUnchanged();
    writeFileSync(book, good);
    expect(host.agent('addresses', book).status).toBe(0);
    expect(host.agent('confirm').status).toBe(0);
    expect(host.reachable(444)).toBe(true);
    expect(host.reachable(443)).toBe(false);
  });

  test('refuses rules without the management access that was declared', () => {
    const { files } = bundleFor([444], {}, { management: { 4: [{ address: '10.98.0.0/24', ports: [2222, 2222] }], 6: [] } });
    const bundle = bundleFor([444], {}, {});
    const rules = files['rules.nft'];
    const source = host.write('lockout', bundle);
    writeFileSync(join(source, 'rules.nft'), rules);
    const hash = (text: string) => execFileSync('sha256sum', { input: text, encoding: 'utf8' }).slice(0, 64);
    writeFileSync(join(source, 'manifest.json'), bundle.files['manifest.json'].replace(hash(bundle.files['rules.nft']), hash(rules)));
    expect(host.agent('apply', source)).toMatchObject({ status: 3, said: expect.stringContaining('management access is not in the rules') });
    expectUnchanged();
  });

  test('changes nothing on a full disk, and can still go back on one', () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', host.state]);
    try {
      host.inForce([443], { confirmSeconds: 61 });
      before = host.table();
      const bundle = host.write('next', bundleFor([444]));
      const fill = (keep: number) => execFileSync('sh', ['-c', `cat /dev/zero >fill 2>/dev/null; truncate -s -${keep} fill`], { cwd: host.state });
      fill(0);
      expect([1, 3]).toContain(host.agent('apply', bundle).status);
      expect(host.table()).toBe(before);
      rmSync(join(host.state, 'fill'));
      expect(host.agent('apply', bundle).status).toBe(0);
      fill(0);
      expect(host.agent('rollback').said).toContain('back to the last good rules');
      expect(host.table()).toBe(before);
      rmSync(join(host.state, 'fill'));
      host.agent('check');
      host.agent('rollback');
      expectUnchanged();
    } finally {
      execFileSync('umount', ['-l', host.state]);
    }
  });

  test('says what is missing where nft is, and changes nothing', () => {
    const env = host.intercept('exec REAL "$@"', [...PROGRAMS, 'setsid', 'sh', 'dash', 'busybox', 'ps', 'ip'].filter((program) => program !== 'nft'));
    const path = env.PATH!.split(':')[0];
    const script = `PATH=${path} exec ${shell.join(' ')} ${join(host.root, 'usr/local/lib/microseg/microseg-agent')} apply /nowhere`;
    // The agent looks into the usual folders as well: an empty one in their place hides what is there.
    const hidden = `mkdir -p ${host.directory}/empty; mount --bind ${host.directory}/empty /usr/sbin; ${script}`;
    expect(host.inHost({}, 'unshare', '-m', 'sh', '-c', hidden)).toMatchObject({ status: 6, said: expect.stringContaining('nft is not installed') });
    expectUnchanged();
  });

  test('leaves tables of others as they are', () => {
    const foreign = 'add table ip nat; add table inet firewalld; add chain inet firewalld input { type filter hook input priority 5; }; add rule inet firewalld input counter';
    expect(host.inHost({}, 'nft', foreign).status).toBe(0);
    const others = () => ['ip nat', 'inet firewalld'].map((table) => host.inHost({}, 'nft', '-s', 'list', 'table', ...table.split(' ')).said);
    const tables = others();
    host.inForce([444]);
    host.agent('rollback');
    expect(others()).toEqual(tables);
    expect(host.agent('disable').status).toBe(0);
    expect(host.table()).toBe('');
    expect(others()).toEqual(tables);
  });

  test('lets one of two applies at once win', async () => {
    const bundles = [[444], [443, 444]].map((ports) => host.write(`both-${ports.join('-')}`, bundleFor(ports)));
    const codes = await Promise.all(bundles.map((bundle) => host.agentLater('apply', bundle)));
    expect([...codes].sort()).toEqual([0, 7]);
    expect(host.agent('confirm').status).toBe(0);
    expect(host.agent('status').said).toContain('confirmed, table unchanged');
    expect(host.reachable(443)).toBe(codes[1] === 0);
  });

  test('opens nothing for a moment, and never shuts management out, whatever it changes', async () => {
    const closed = host.probing(CLOSED_PORT);
    const managed = host.probing(MANAGEMENT_PORT);
    for (const ports of [[444], [443], [443, 444]]) host.inForce(ports);
    host.agent('rollback');
    writeFileSync(join(host.directory, 'book'), bundleFor([444]).files['addresses.nft']);
    expect(host.agent('addresses', join(host.directory, 'book')).status).toBe(0);
    host.agent('rollback');
    host.agent('boot');
    const [shut, open] = await Promise.all([closed(), managed()]);
    expect(shut).toMatchObject({ through: 0 });
    expect(shut.tried).toBeGreaterThan(5);
    // A probe may time out on a busy machine; being shut out is more than that.
    expect(open.through).toBeGreaterThan(open.tried * 0.8);
  });

  test('reports drift, and puts the last good rules back', () => {
    host.inHost({}, 'nft', 'insert', 'rule', 'inet', TABLE, 'input', 'accept');
    expect(host.reachable(CLOSED_PORT)).toBe(true);
    expect(host.agent('status').said).toContain('table drifted');
    expect(host.agent('check')).toMatchObject({ status: 5, said: expect.stringContaining('restored') });
    expectUnchanged();
    expect(host.agent('check').status).toBe(0);
  });

  test('does nothing when the same bundle comes again', () => {
    const again = host.agent('apply', host.pack('again', bundleFor([443])));
    expect(again).toMatchObject({ status: 0, said: expect.stringContaining('nothing to do') });
    expectUnchanged();
  });

  test('ends connections of a flow that is gone, and keeps those of one that stays', async () => {
    host.inForce([443, 444]);
    const [removed, kept, managed] = [host.connection(443), host.connection(444), host.connection(MANAGEMENT_PORT)];
    expect(await Promise.all([removed(), kept(), managed()])).toEqual([true, true, true]);
    host.inForce([444]);
    expect(await Promise.all([removed(), kept(), managed()])).toEqual([false, true, true]);
  });

  test('closes all but management when the last good rules are lost', () => {
    const good = /^good=(.*)$/m.exec(host.remembered())![1];
    writeFileSync(join(host.state, 'generations', good, 'rules.nft'), 'broken');
    host.inHost({}, 'nft', 'delete', 'table', 'inet', TABLE);
    expect(host.agent('boot')).toMatchObject({ status: 1, said: expect.stringContaining('CLOSED') });
    expect([host.reachable(443), host.reachable(MANAGEMENT_PORT)]).toEqual([false, true]);
    rmSync(host.state, { recursive: true });
    host.inHost({}, 'nft', 'delete', 'table', 'inet', TABLE);
    host.agent('boot');
    expect([host.reachable(443), host.reachable(MANAGEMENT_PORT)]).toEqual([false, true]);
  });
}));
