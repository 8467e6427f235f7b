/** Synthesis in both frameworks, against `ec2.Connections.allowFrom` of AWS CDK in the same run. */
import { CaseName, measure, Measurement, median, printTable, sizeText } from './measure';
import type { Size } from './synth-policy';

const RUNS = 3;
/** The largest round size that the baseline can deploy: it fails at 500 resources. */
const SMALL: Size = { workloads: 40, flows: 200 };
const LARGE: Size = { workloads: 1_000, flows: 5_000 };

/** AWS CDK checks templates at the end of synthesis; switched off it shows what the library itself takes. */
const WITHOUT_VALIDATION = { CDK_VALIDATION: 'false' };

const CASES: readonly { readonly title: string; readonly name: CaseName; readonly environment?: { [name: string]: string } }[] = [
  { title: 'CDK for Terraform', name: 'cdktf' },
  { title: 'AWS CDK', name: 'aws-cdk' },
  { title: 'allowFrom', name: 'connections' },
  { title: 'AWS CDK, validation off', name: 'aws-cdk', environment: WITHOUT_VALIDATION },
  { title: 'allowFrom, validation off', name: 'connections', environment: WITHOUT_VALIDATION },
];

for (const size of [SMALL, LARGE]) {
  // One of each in turn, so that a busy minute hits all alike.
  const rounds = Array.from({ length: RUNS }, () => CASES.map(({ name, environment }) => measure(name, size, environment)));
  console.log(`\n${sizeText(size)} workloads / flows, median of ${RUNS}`);
  printTable(['synthesis', 'seconds', 'ms per flow', 'peak MB', 'baseline takes'], CASES.map(({ title, name, environment }, index) => {
    const own = rounds.map((round) => round[index]);
    const baseline = CASES.findIndex((other) => other.name === 'connections' && other.environment === environment);
    const ratio = median(rounds.map((round) => round[baseline].seconds / round[index].seconds));
    return [title, ...figures(own, size), name === 'connections' ? '' : `${ratio.toFixed(1)} ×`];
  }));
}
console.log('goal: the baseline takes at least 10 × the time. The large size is beyond what the baseline can deploy in a stack.');

function figures(runs: readonly Measurement[], { flows }: Size): string[] {
  const seconds = median(runs.map((run) => run.seconds));
  return [seconds.toFixed(2), ((seconds / flows) * 1000).toFixed(2), Math.max(...runs.map((run) => run.megabytes)).toFixed(0)];
}
