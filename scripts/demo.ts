/**
 * `npm run demo`: synthesizes both payments examples with the package as it is built, verifies them by the command as
 * users run it, and shows what came out. Exits with 1 if anything is not as it should be.
 */
import { rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { equalTraffic } from './demo/equality';
import { EXAMPLES, synthesize, verifies } from './demo/examples';
import { read, Synthesized } from './demo/synthesized';
import { flowTable, groupTable, heading, invariantTable, workloadTable } from './demo/tables';

const ROOT = join(__dirname, '..');
const OUT = join(ROOT, 'demo.out');

function main(): void {
  rmSync(OUT, { recursive: true, force: true });
  const synthesized = EXAMPLES.map((example) => {
    synthesize(example, join(OUT, example.name));
    return read(example.name, join(OUT, example.name));
  });
  showPolicy(synthesized[0]);
  const verified = synthesized.map(showExample);
  console.log(heading('Result'));
  const equal = equalTraffic(synthesized);
  const holds = synthesized.every(({ policy }) => policy.invariants.every((invariant) => invariant.holds));
  const verdicts: [string, boolean][] = [
    ...synthesized.map(({ name }, index): [string, boolean] => [`${name} admits exactly what is declared`, verified[index]]),
    ['AWS CDK and Terraform admit exactly the same', equal],
    ['every invariant holds', holds],
  ];
  for (const [text, fine] of verdicts) console.log(`  ${fine ? 'verified' : 'NOT TRUE'}  ${text}`);
  console.log('\n  look at');
  for (const { directory } of synthesized) console.log(`    ${relative(process.cwd(), directory)}/`);
  process.exitCode = verdicts.every(([, fine]) => fine) ? 0 : 1;
}

/** The policy is the same in both examples, and shown once. */
function showPolicy(example: Synthesized): void {
  const { policy } = example;
  console.log(heading(`Policy ${policy.id}: ${policy.workloads.length} workloads, ${policy.flows.length} flows, mode ${policy.mode}`));
  console.log(workloadTable(policy));
  console.log(flowTable(policy));
  console.log(invariantTable(policy));
}

function showExample(example: Synthesized): boolean {
  console.log(heading(example.name));
  console.log(groupTable(example));
  return verifies(example.directory);
}

main();
