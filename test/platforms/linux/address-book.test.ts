import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { IpFamily, Peer, Service } from '../../../lib/model';
import { linuxBundle } from '../../../lib/platforms/linux/bundle';
import { LinuxHostPlan } from '../../../lib/platforms/linux/plan-types';
import { ADDRESS_BOOK_GREP, ADDRESS_BOOK_LINE, renderAddressBook } from '../../../lib/platforms/linux/render';
import { CDK_TOKEN, HOSTILE_TEXTS, payments } from '../../model/policies';
import { hostsOf } from './hosts';

const KERNEL = join(__dirname, '../../../assets/linux-agent/microseg-kernel');
const SHELLS = [['dash'], ['busybox', 'ash']].filter(([program]) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0);
let directory: string;
beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'book-')); });
afterEach(() => rmSync(directory, { recursive: true }));

/** Admits two peers that are known at deploy time only, and one that is known. */
function host(): LinuxHostPlan {
  const policy = payments();
  const web = policy.addWorkload('Web', { services: [Service.HTTPS] });
  web.allowFrom(Peer.token('office', CDK_TOKEN, IpFamily.IPV4), { justification: 'site' });
  web.allowFrom(Peer.token('home', `${CDK_TOKEN}/32`, IpFamily.IPV4), { services: [Service.SSH], justification: 'help' });
  web.allowFrom(Peer.cidr('10.9.0.0/16'), { justification: 'site' });
  return hostsOf(policy)[0];
}

/** The book as a deployment fills it in. */
function filled(...texts: string[]): string {
  const { values, ...rest } = host();
  return renderAddressBook({ ...rest, values: values.map(({ variable }, index) => ({ variable, value: texts[index] })) });
}

/** What the agent says of a book; empty where it takes it. */
function refusal(book: string, shell: readonly string[]): string {
  const { files } = linuxBundle(host(), { confirmSeconds: 60, onFailure: 'closed', onDrift: 'restore', cutRemovedConnections: true }, 'App/Hosts');
  writeFileSync(join(directory, 'agent.conf'), files['agent.conf']);
  writeFileSync(join(directory, 'addresses.nft'), book);
  const script = `. ${KERNEL}; setting() { sed -n "s/^$2=//p" "$1/agent.conf"; }; check_book ${directory}`;
  const { status, stdout, stderr } = spawnSync(shell[0], [...shell.slice(1), '-c', script], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  expect({ failed: status !== 0, stderr }).toEqual({ failed: stdout !== '', stderr: '' });
  return stdout;
}

const ELEMENTS = /^flush [^]*/m.exec(filled('1', '2'))![0];
/** Brings an element of its own with it: every line of it looks like one of ours. */
const SMUGGLED = `10.0.0.1\nadd element inet ${host().table} in4 {\n0.0.0.0/0 . 6 . 0-65535,\n}\n`;

describe.each(SHELLS.map((shell) => [shell.join(' '), shell] as const))('the agent under %s', (_, shell) => {
  test('takes a book with addresses in the places of deploy-time values', () => {
    expect(refusal(filled('10.0.0.1', '192.0.2.0/24'), shell)).toBe('');
  });

  test('means by an address book what the library means', () => {
    const { stdout } = spawnSync(shell[0], [...shell.slice(1), '-c', `. ${KERNEL}; printf %s "$ADDRESS_BOOK_LINE"`], { encoding: 'utf8' });
    expect(stdout).toBe(ADDRESS_BOOK_GREP);
  });

  test.each([
    'dead.beef', 'abc.de', 'f', '1', '10.1', '010.0.0.1', '256.0.0.1', '10.0.0.1/33', '10.0.0.0/', '10.0.0.1-10.0.0.9', '1:2', ':::', 'g::1', '::1/129',
    '1:2:3:4:5:6:7:8:9', '::ffff:1.2.3.4', '', ' 10.0.0.1', '10.0.0.1 ', '{ 10.0.0.1, 0.0.0.0/0 }', '$d_0', '10.0.0.1; flush ruleset', '10.0.0.1\r',
    ...HOSTILE_TEXTS,
  ])('refuses a value %j, which is no address', (value) => {
    expect(refusal(filled(value, '10.0.0.1'), shell)).toMatch(/^the address book holds more than elements/);
  });

  test.each([
    ['elements', SMUGGLED],
    ['another value', `10.0.0.1\ndefine ${host().values[1].variable} = 0.0.0.0/0`],
    ['a value that nobody asked for', '10.0.0.1\ndefine d_0 = 0.0.0.0/0'],
    ['all elements once more, and others', `10.0.0.1\n${ELEMENTS}${SMUGGLED.slice(9)}define d_0 = 10.0.0.2`],
  ])('refuses a value that brings %s with it on further lines', (_what, value) => {
    for (const book of [filled(value, '10.0.0.2'), filled('10.0.0.2', value)]) expect(refusal(book, shell)).not.toBe('');
  });

  test.each([
    ['cut off', (book: string) => book.split('\n').slice(0, -3).join('\n') + '\n'],
    ['cut off at the end of its last line', (book: string) => book.slice(0, -1)],
    ['empty', () => ''],
    ['with its lines in another order', (book: string) => book.split('\n').reverse().join('\n')],
    ['of a host with another element', (book: string) => book.replace('10.9.0.0/16', '10.0.0.0/8')],
    ['of a host with one more element', (book: string) => book.replace(/\n\}/, '\n10.0.0.1 . 6 . 22,\n}')],
  ])('refuses a book that is %s', (_what, change) => {
    const book = filled('10.0.0.1', '10.0.0.2');
    expect(change(book)).not.toBe(book);
    expect(refusal(change(book), shell)).not.toBe('');
  });
});

test('every address and every block in full is taken, and nothing else that looks like one', () => {
  const taken = (text: string) => ADDRESS_BOOK_LINE.test(`define d_0 = ${text}`);
  fc.assert(fc.property(fc.ipV6(), (text) => { expect([text, taken(text)]).toEqual([text, !text.includes('.')]); }));
  fc.assert(fc.property(fc.ipV4(), fc.integer({ min: 0, max: 40 }), (text, length) => { expect(taken(`${text}/${length}`)).toBe(length <= 32); }));
  const likeOne = fc.string({ unit: fc.constantFrom(...'0129af:.'), minLength: 1, maxLength: 12 });
  fc.assert(fc.property(likeOne, (text) => { expect([text, taken(text)]).toEqual([text, isIP(text) > 0 && !(text.includes('.') && text.includes(':'))]); }));
});
