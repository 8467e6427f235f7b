import { readFileSync } from 'fs';
import { createRequire } from 'module';
import { dirname, join } from 'path';

/** Beside lib/ and beside build/ alike. */
const FOLDER = join(__dirname, '..', '..', '..', 'assets', 'map');
const load = createRequire(__filename);

export function asset(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** A module of the page, used without a browser. */
export function pageModule<T>(name: string): T {
  return load(join(FOLDER, name)) as T;
}

/** Dagre as one script, with its licence. */
export function dagreScript(): { script: string; licence: string } {
  const folder = dirname(load.resolve('@dagrejs/dagre'));
  return {
    script: readFileSync(join(folder, 'dagre.min.js'), 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, ''),
    licence: readFileSync(join(folder, '..', 'LICENSE'), 'utf8'),
  };
}
