/**
 * A worm in the payments example, on this machine's kernel: network namespaces stand for the hosts, the agent puts their real
 * bundles in force. Prints what it reaches before and after, beside what is computed. Exits with 1 where they differ,
 * with NOT_MEASURED where this machine cannot do it and only what is computed is printed.
 */
import { EnforcementMode } from '../../lib/model';
import { table } from '../../lib/report/terminal';
import { missing } from '../../test/engines/harness/engines';
import { Attack, AttackPlan, Reach } from '../../test/engines/linux/attack';
import { AUDIT_HOST, bundlesOf, paymentsPolicy, WORKLOADS } from '../../test/engines/linux/payments-network';
import { NOT_MEASURED } from './examples';

interface Reaches {
  readonly flat: Reach;
  readonly policy: Reach;
}

async function main(): Promise<void> {
  const policy = paymentsPolicy(EnforcementMode.ENFORCE);
  const plan = new AttackPlan(policy, WORKLOADS.map(({ name }) => name), [...WORKLOADS, AUDIT_HOST]);
  const { computed } = plan;
  const reason = missing('nftables') ?? missing('linuxHosts');
  if (reason !== undefined) {
    console.log(table(['a breach of', 'flat', 'enforced'], rows(computed)));
    console.log(summary(computed));
    console.log(`\n##### COMPUTED, NOT MEASURED: ${reason} #####`);
    process.exitCode = NOT_MEASURED;
    return;
  }
  const measured = await measure(new Attack(plan));
  console.log(table(['a worm from', 'flat', 'computed', 'enforced', 'computed'], rows(measured, computed)));
  console.log(summary(measured));
  const same = [...computed.flat.keys()].every((id) => (
    equal(measured.flat.get(id)!, computed.flat.get(id)!) && equal(measured.policy.get(id)!, computed.policy.get(id)!)));
  console.log(same ? 'measured = computed, from every workload' : 'MEASURED AND COMPUTED DIFFER');
  process.exitCode = same ? 0 : 1;
}

/** First without rules, then under those of the agents while all hosts answer on all ports, whatever their workloads offer. */
async function measure(attack: Attack): Promise<Reaches> {
  const { network } = attack;
  try {
    await network.start();
    const flat = (await attack.measured()).reached;
    const bundles = bundlesOf(paymentsPolicy(EnforcementMode.ENFORCE));
    await Promise.all([...bundles].map(async ([workload, bundle]) => {
      await network.machine(workload).install(bundle);
      await network.machine(workload).apply(bundle);
    }));
    await attack.openEverything();
    return { flat, policy: (await attack.measured()).reached };
  } finally {
    network.remove();
  }
}

/** How many are reached; where the policy is enforced, who they are as well. */
function rows(shown: Reaches, beside?: Reaches): string[][] {
  const count = (reach: Reach | undefined, id: string) => (reach === undefined ? [] : [String(reach.get(id)!.length)]);
  return [...shown.flat.keys()].map((id) => [
    id,
    ...count(shown.flat, id),
    ...count(beside?.flat, id),
    [...count(shown.policy, id), ...shown.policy.get(id)!].join(' '),
    ...count(beside?.policy, id),
  ]);
}

function summary({ flat, policy }: Reaches): string {
  const pairs = (reach: Reach) => [...reach.values()].reduce((sum, { length }) => sum + length, 0);
  const [before, after] = [pairs(flat), pairs(policy)];
  return `reachable pairs: ${before} in the flat network, ${after} enforced: ${Math.round((1 - after / before) * 100)} % less`;
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

void main();
