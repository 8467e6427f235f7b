import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostAgents } from '../../examples/onprem-linux/main';
import { EnforcementMode } from '../../lib/model';
import { carriersByWorkload, soundPolicyOf, temporaryDirectory } from './examples';

const HOSTS = ['Application', 'Database', 'Historian', 'Monitoring', 'Portal'];

describe('GIVEN five hosts without a cloud', () => {
  const directory = temporaryDirectory();
  const written = (name: string, mode?: EnforcementMode) => {
    hostAgents(mode).write(join(directory, name));
    return join(directory, name);
  };

  test.each(Object.values(EnforcementMode))('WHEN their bundles are written in %s THEN they admit exactly what that means', (mode) => {
    expect(soundPolicyOf(written(mode, mode)).mode).toBe(mode);
  });

  test('WHEN written THEN every host has a bundle of its own', () => {
    expect(Object.keys(carriersByWorkload(written('hosts'))).sort()).toEqual(HOSTS);
  });

  test('WHEN written twice THEN the archives are the same to the byte', () => {
    const archives = ['first', 'second'].map((name) => HOSTS.map((host) => readFileSync(join(written(name), 'Plant', `${host}.tar.gz`)).toString('base64')));

    expect(archives[0]).toEqual(archives[1]);
  });
});
