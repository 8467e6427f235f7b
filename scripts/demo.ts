/**
 * `npm run demo`: synthesizes the examples with the package as it is built, verifies them by the command as users run it,
 * and shows what came out. Exits with 1 if anything is not as it should be.
 */
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { discoveryLoop } from './demo/discovery';
import { equalTraffic } from './demo/equality';
import { attackVerdict, draw, Example, HYBRID, PAYMENTS, reach, synthesize, verifies } from './demo/examples';
import { read, Synthesized } from './demo/synthesized';
import { flowTable, groupTable, heading, invariantTable, workloadTable } from './demo/tables';

const ROOT = join(__dirname, '..');
const OUT = join(ROOT, 'demo.out');

type Verdict = readonly [text: string, fine: boolean];

function main(): void {
  rmSync(OUT, { recursive: true, force: true });
  const payments = PAYMENTS.map(synthesized);
  const hybrid = synthesized(HYBRID);
  showPolicy(payments[0]);
  const verdicts: Verdict[] = [
    ...payments.map((example) => showPayments(example)),
    showHybrid(hybrid),
    ['AWS CDK and Terraform admit exactly the same', equalTraffic(payments)],
    ['every invariant holds', [...payments, hybrid].every(({ policy }) => policy.invariants.every((invariant) => invariant.holds))],
  ];
  for (const { name, directory } of [payments[0], hybrid]) {
    console.log(heading(`What a breach reaches in ${name}`));
    console.log(reach(directory));
  }
  console.log(heading('What a worm reaches in payments, on Linux hosts'));
  verdicts.push(attackVerdict());
  console.log(heading('See before you segment: from flow logs to a policy, and back'));
  const discovered = discoveryLoop(join(OUT, 'discovery'));
  verdicts.push(...discovered.verdicts);
  console.log(heading('Result'));
  for (const [text, fine] of verdicts) console.log(`  ${fine ? 'verified' : 'NOT TRUE'}  ${text}`);
  console.log('\n  look at');
  for (const { directory } of [...payments, hybrid]) console.log(`    ${relative(process.cwd(), draw(directory))}`);
  for (const file of discovered.files) console.log(`    ${relative(process.cwd(), file)}`);
  process.exitCode = verdicts.every(([, fine]) => fine) ? 0 : 1;
}

function synthesized(example: Example): Synthesized {
  const directory = join(OUT, example.name);
  synthesize(example, directory);
  return read(example.name, directory);
}

/** The policy is the same in both examples, and shown once. */
function showPolicy({ policy }: Synthesized): void {
  console.log(heading(`Policy ${policy.id}: ${policy.workloads.length} workloads, ${policy.flows.length} flows, mode ${policy.mode}`));
  console.log(workloadTable(policy));
  console.log(flowTable(policy));
  console.log(invariantTable(policy));
}

function showPayments(example: Synthesized): Verdict {
  console.log(heading(example.name));
  console.log(groupTable(example));
  const { length: hosts } = example.hosts;
  const where = hosts === 0 ? '' : `, in security groups and by the bundles of ${hosts} hosts`;
  return [`${example.name} admits exactly what is declared${where}`, verifies(example.directory)];
}

/** `verify` itself shows the most of it: how each platform holds each flow. */
function showHybrid({ name, directory, policy }: Synthesized): Verdict {
  const platforms = [...new Set(policy.enforcementPoints.map(({ platform }) => platform))];
  console.log(heading(`${name}: policy ${policy.id} on ${platforms.join(', ')}`));
  console.log(workloadTable(policy));
  return [`${name} admits exactly what is declared, on ${platforms.join(', ')}`, verifies(directory)];
}

main();
