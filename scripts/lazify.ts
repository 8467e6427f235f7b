/**
 * Runs after the compiler, on the package's root index: `npx tsx scripts/lazify.ts build/index.js`.
 *
 * TypeScript turns `export * as awsCdk from './bindings/aws-cdk'` into an eager require, which throws for a user who
 * has installed only the other framework. This makes each such namespace load when it is first touched.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const EAGER = /^exports\.(\w+) = (__importStar\(require\("[^"]+"\)\)|require\("[^"]+"\));$/gm;

// The name reaches defineProperty through a parameter. Node's ES module loader reads export names from the source text
// and drops one whose getter it cannot prove to be a plain re-export; it keeps `exports.awsCdk = void 0` above.
const HELPER = `function __lazy(name, load) {
    Object.defineProperty(exports, name, {
        configurable: true,
        enumerable: true,
        get: function () {
            var value = load();
            Object.defineProperty(exports, name, { configurable: true, enumerable: true, writable: true, value: value });
            return value;
        },
    });
}
`;

/** The source with every namespace re-export made lazy, or undefined when it already is. */
export function lazify(source: string): string | undefined {
  if (source.includes('function __lazy(name, load)')) return undefined;
  let helper = HELPER;
  const lazy = source.replace(EAGER, (_, name: string, load: string) => {
    const definition = `${helper}__lazy("${name}", function () { return ${load}; });`;
    helper = '';
    return definition;
  });
  if (lazy === source) throw new Error('no namespace re-export found: has the compiler changed what it emits?');
  return lazy;
}

if (require.main === module) {
  for (const file of process.argv.slice(2)) {
    const lazy = lazify(readFileSync(file, 'utf8'));
    if (lazy !== undefined) writeFileSync(file, lazy);
  }
}
