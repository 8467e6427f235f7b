import { Construct } from 'constructs';
import { EnforcementMode, SegmentationPolicy, Service, Workload } from '../../lib/model';

/** How large a generated policy is. */
export interface Size {
  readonly workloads: number;
  readonly flows: number;
}

const PORTS = [443, 8080, 5432, 6379, 9092, 3306, 8443, 50051];

/** One flow of the generated policy, by the numbers of its workloads. */
export interface GeneratedFlow {
  readonly client: number;
  readonly server: number;
  readonly port: number;
}

/** Every workload is a client as often as every other, and has servers near and far. */
export function* generatedFlows({ workloads, flows }: Size): Iterable<GeneratedFlow> {
  for (let index = 0; index < flows; index += 1) {
    const client = index % workloads;
    const server = (client + 1 + 37 * Math.floor(index / workloads)) % workloads;
    yield { client, server, port: PORTS[server % PORTS.length] };
  }
}

/** 10.(i>>8).(i&255).10 to .13, as blocks. */
export function synthAddresses(workload: number): string[] {
  return [10, 11, 12, 13].map((host) => `10.${workload >> 8}.${workload & 255}.${host}/32`);
}

/** The policy as users write it. */
export function declareSynthPolicy(scope: Construct, size: Size): { policy: SegmentationPolicy; workloads: Workload[] } {
  const policy = new SegmentationPolicy(scope, 'Synth', { mode: EnforcementMode.ENFORCE });
  const workloads = Array.from({ length: size.workloads }, (_, i) => policy.addWorkload(`W${i}`, {
    addresses: synthAddresses(i),
  }));
  for (const { client, server, port } of generatedFlows(size)) {
    workloads[client].allowTo(workloads[server], { services: [Service.tcp(port)], justification: `flow to port ${port}` });
  }
  return { policy, workloads };
}
