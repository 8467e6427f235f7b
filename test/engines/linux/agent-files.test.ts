import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describeWithEngines } from '../harness';
import { bundleFor } from './agent-host';

const FILES = bundleFor([443]).files;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'microseg-files-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
});
afterEach(() => { rmSync(directory, { recursive: true }); });

describeWithEngines(['shellcheck'], 'the scripts of a bundle', () => {
  test('have nothing that shellcheck would find', () => {
    const scripts = Object.keys(FILES).filter((name) => FILES[name].startsWith('#!/bin/sh'));
    expect(scripts).toEqual(['microseg-agent', 'microseg-cut', 'microseg-install', 'microseg-kernel', 'microseg-verify']);
    const { status, stdout } = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1091', ...scripts], { cwd: directory, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

describeWithEngines(['systemd'], 'the units of a bundle', () => {
  /** An image of a system with the units of systemd itself and of a bundle. `programs`: what else they start. */
  function imageWith(...programs: readonly string[]): string {
    const root = join(directory, 'root');
    cpSync('/usr/lib/systemd/system', join(root, 'usr/lib/systemd/system'), { recursive: true, verbatimSymlinks: true });
    const { status, stderr } = spawnSync('sh', [join(directory, 'microseg-install')], { env: { ...process.env, MICROSEG_ROOT: root }, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const program of programs) {
      mkdirSync(dirname(join(root, program)), { recursive: true });
      writeFileSync(join(root, program), '');
      chmodSync(join(root, program), 0o755);
    }
    return root;
  }

  function verified(root: string): { status: number | null; said: string } {
    const units = Object.keys(FILES).filter((name) => /\.(service|timer)$/.test(name));
    expect(units).toHaveLength(5);
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...units], { encoding: 'utf8' });
    return { status, said: stdout + stderr };
  }

  test('GIVEN an image that they are installed in WHEN systemd verifies them THEN it has nothing to say', () => {
    expect(verified(imageWith('usr/sbin/ulogd', 'bin/kill'))).toEqual({ status: 0, said: '' });
  });

  test('GIVEN an image without a program that they start WHEN systemd verifies them THEN it says so', () => {
    expect(verified(imageWith('bin/kill')).said).toContain('/usr/sbin/ulogd is not executable');
  });
});
