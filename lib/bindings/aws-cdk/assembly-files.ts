import { existsSync } from 'fs';
import { dirname, join, relative, sep } from 'path';
import { FileFilter } from '../../platforms/platform';
import { filesBelow, isObject, readJsonObject } from '../../support/files';

/** Directories that hold templates and are not inside of another one, each with what is in it. */
export function assembliesOf(templatePaths: readonly string[]): string[] {
  const directories = [...new Set(templatePaths.map((path) => dirname(path)))];
  return directories.filter((directory) => !directories.some((other) => directory.startsWith(`${other}${sep}`))).sort();
}

/**
 * What the assembly in the directory consists of. An output directory is not emptied before synthesis: templates of stacks, and
 * assemblies of stages, that the app no longer has lie there as well, and are never deployed.
 */
export function filesOfAssembly(directory: string): FileFilter {
  const live = new Assemblies(directory);
  return (path) => live.has(path);
}

class Assemblies {
  /** Directories of assemblies that the outermost one consists of, relative to it. */
  private readonly reached = new Set<string>();
  private readonly listed = new Set<string>();
  private readonly all: ReadonlySet<string>;

  public constructor(private readonly root: string) {
    this.all = new Set(filesBelow(root, (name) => name === 'manifest.json').map((path) => slashed(dirname(path))));
    this.visit('.');
  }

  public has(path: string): boolean {
    const home = this.homeOf(slashed(dirname(path)));
    if (home !== undefined && !this.reached.has(home)) return false;
    return this.listed.has(path) || !path.endsWith('.template.json');
  }

  private visit(assembly: string): void {
    if (this.reached.has(assembly) || !existsSync(join(this.root, assembly, 'manifest.json'))) return;
    this.reached.add(assembly);
    for (const artifact of Object.values(this.json(assembly, 'manifest.json').artifacts ?? {}) as unknown[]) {
      const properties = isObject(artifact) && isObject(artifact.properties) ? artifact.properties : {};
      const { templateFile, directoryName, file } = properties;
      if (typeof templateFile === 'string') this.list(assembly, templateFile);
      if (typeof directoryName === 'string') this.visit(slashed(join(assembly, directoryName)));
      if (typeof file === 'string' && file.endsWith('.assets.json')) this.listAssets(assembly, file);
    }
  }

  /** Nested stacks are assets of the stack that they are in. */
  private listAssets(assembly: string, file: string): void {
    for (const asset of Object.values(this.json(assembly, file).files ?? {}) as unknown[]) {
      const source = isObject(asset) && isObject(asset.source) ? asset.source : {};
      if (typeof source.path === 'string') this.list(assembly, source.path);
    }
  }

  private list(assembly: string, file: string): void {
    this.listed.add(slashed(relative('.', join(assembly, file))));
  }

  private json(assembly: string, file: string): { readonly [key: string]: unknown } {
    return readJsonObject(this.root, slashed(join(assembly, file)));
  }

  /** The innermost assembly that a directory is in. */
  private homeOf(directory: string): string | undefined {
    for (let current = directory; ; current = dirname(current)) {
      if (this.all.has(current)) return current;
      if (current === '.') return undefined;
    }
  }
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}
