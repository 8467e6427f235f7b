import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { AddressSet, PeerTraffic } from '../../../../lib/algebra';
import { EnforcedArtifact } from '../../../../lib/platforms/platform';
import { SegmentationError } from '../../../../lib/support/errors';

const directories: string[] = [];

afterAll(() => directories.splice(0).forEach((directory) => rmSync(directory, { recursive: true })));

/** A directory with these files: text as it is, anything else as JSON. It goes when the tests of the file are over. */
export function directoryOf(files: { [path: string]: unknown }): string {
  const directory = mkdtempSync(join(tmpdir(), 'microseg-'));
  directories.push(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return directory;
}

/** Per workload and carrier what is admitted, one line for each peer: `in tcp/443 Web`, `out all 0.0.0.0/0, ::/0`. */
export function admitted(artifacts: readonly EnforcedArtifact[]): { [carrier: string]: string[] } {
  return Object.fromEntries(artifacts.flatMap(({ workloads }) => workloads).map(({ policy, workload, role, carrier, ingress, egress }) => [
    `${policy}/${workload} ${role} ${carrier}`,
    [...lines('in', ingress), ...lines('out', egress)],
  ]));
}

/** What the only workload with the name is admitted on its only carrier. */
export function admittedAt(artifacts: readonly EnforcedArtifact[], workload: string): string[] {
  const found = Object.entries(admitted(artifacts)).filter(([key]) => key.startsWith(`P/${workload} attached `));
  expect(found).toHaveLength(1);
  return found[0][1];
}

export function problemsOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    if (error instanceof SegmentationError) return error.problems.map(({ code, where }) => `${code} ${where}`);
    throw error;
  }
  return [];
}

function lines(direction: string, traffic: PeerTraffic): string[] {
  return traffic.entries().map(({ peer, services }) => {
    const text = services.ranges().map(({ protocol, fromPort, toPort }) => [protocol, fromPort, toPort].filter((part) => part !== undefined).join('/')).join(' ');
    return `${direction} ${text} ${peer instanceof AddressSet ? peer.toString() : peer.kind === 'workload' ? peer.id : `${peer.kind}:${peer.id}`}`;
  });
}
