import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFor, missingTools } from './agent-host';

const FILES = bundleFor([443]).files;
const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0;
const testWith = (tool: string) => (has(tool) ? test : test.skip);
let directory: string;

jest.setTimeout(60_000);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'microseg-files-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
});
afterEach(() => { rmSync(directory, { recursive: true }); });

testWith('shellcheck')('the scripts have nothing that shellcheck would find', () => {
  const scripts = Object.keys(FILES).filter((name) => FILES[name].startsWith('#!/bin/sh'));
  expect(scripts).toEqual(['microseg-agent', 'microseg-cut', 'microseg-install', 'microseg-kernel', 'microseg-verify']);
  const { status, stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1091', ...scripts], { cwd: directory, encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
});

testWith('systemd-analyze')('systemd understands the units', () => {
  for (const unit of Object.keys(FILES).filter((name) => /\.(service|timer)$/.test(name))) {
    const { stderr } = spawnSync('systemd-analyze', ['verify', join(directory, unit)], { encoding: 'utf8' });
    // The programs that the units start are not installed here.
    expect(stderr.split('\n').filter((line) => line.includes(unit) && !/is not executable/.test(line))).toEqual([]);
  }
});

(missingTools() || !has('ulogd') ? test.skip : test)('ulogd writes denials and new connections as the bundle tells it', async () => {
  const conf = join(directory, 'ulogd.conf');
  writeFileSync(conf, FILES['ulogd.conf'].replaceAll('/var/log/microseg', directory));
  const script = `ip link set lo up; cat rules.nft addresses.nft | nft -f -
nft insert rule inet microseg_test input iif lo tcp dport 9 goto undeclared_ingress
ulogd -c ${conf} & pid=$!; sleep 1.5
socat TCP-LISTEN:443 /dev/null & sleep 0.3; socat -T 1 /dev/null TCP:127.0.0.1:443
timeout 0.3 socat /dev/null TCP:127.0.0.1:9; sleep 0.5; kill $pid; wait $pid`;
  const child = spawn('unshare', ['-n', 'sh', '-c', script], { cwd: directory, stdio: 'ignore' });
  await new Promise((resolve) => { child.on('exit', resolve); });
  const records = (name: string) => {
    const path = join(directory, name);
    return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { [key: string]: unknown }) : [];
  };
  expect(records('denials.json')).toContainEqual(expect.objectContaining({ 'oob.prefix': 'i', 'dest_port': 9, 'ip.protocol': 6 }));
  expect(records('connections.json')).toContainEqual(expect.objectContaining({ 'orig.l4.dport': 443, 'ct.event': 1 }));
});
