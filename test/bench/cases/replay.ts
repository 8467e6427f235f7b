/** Replay of one file against the policies of a directory, in a process of its own: seconds, peak memory, and what was found. */
import { readPolicies } from '../../../lib/cli/input';
import { openTraffic } from '../../../lib/discovery/discover';
import { inventoryOfPolicies } from '../../../lib/discovery/inventory/policy-inventory';
import { replay } from '../../../lib/discovery/replay/replay';

async function run(file: string, directory: string): Promise<void> {
  const start = performance.now();
  const policies = readPolicies(directory);
  const { traffic } = await openTraffic({ logs: [file], inventory: inventoryOfPolicies(policies) });
  const { allowed, wouldBlock } = await replay({ records: traffic.records, edges: traffic.edges() }, policies);
  await traffic.close();
  const seconds = (performance.now() - start) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ seconds, megabytes, allowed, wouldBlock }));
}

void run(process.argv[2], process.argv[3]);
