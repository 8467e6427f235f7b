/** Discovery of one file, in a process of its own: seconds, peak memory, and what was found. */
import { discover } from '../../../lib/discovery/discover';

async function run(file: string): Promise<void> {
  const start = performance.now();
  const map = await discover({ logs: [file] });
  const seconds = (performance.now() - start) / 1000;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  const records = map.sources.reduce((sum, source) => sum + source.records, 0);
  console.log(JSON.stringify({ seconds, megabytes, edges: map.edges.length, records }));
}

void run(process.argv[2]);
