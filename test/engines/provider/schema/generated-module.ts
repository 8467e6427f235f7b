import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What the comment above each member of a generated class says of it: computed, optional, required. */
export interface Flags {
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  /** The expression that reads it, for what can only be read. */
  readonly reading: string;
}

/** One settable member, from the generator's own table of how to render it in HCL. */
export interface HclEntry {
  readonly name: string;
  readonly value: string;
  readonly collection: string;
  readonly storage: string;
}

/**
 * One module of a `@cdktf/provider-*` package, in the TypeScript that it was compiled from: unlike the JavaScript it
 * still says what is computed. The package carries that source in its source map.
 */
export class GeneratedModule {
  public static load(packageName: string, module: string): GeneratedModule {
    const folder = dirname(require.resolve(`${packageName}/package.json`));
    const compiled = readFileSync(join(folder, 'lib', module, 'index.js'), 'utf8');
    const map = /\/\/# sourceMappingURL=data:application\/json;base64,(\S+)/.exec(compiled)?.[1];
    if (!map) throw new Error(`${packageName}/lib/${module} carries no source map`);
    return new GeneratedModule(JSON.parse(Buffer.from(map, 'base64').toString('utf8')).sourcesContent[0]);
  }

  /** The class of the resource or of the provider. */
  public readonly mainClass: string;
  public readonly terraformType: string;

  public constructor(private readonly source: string) {
    this.mainClass = this.only(/^export class (\w+) extends cdktf\.Terraform(?:Resource|Provider) \{/m);
    this.terraformType = this.only(/static readonly tfResourceType = "(\w+)"/);
  }

  /**
   * The members of the main class, or of a struct that it nests, by their names in Terraform. Structs of a provider's
   * configuration have no class to read them back, and so no comments.
   */
  public members(struct?: string): Map<string, Flags> {
    const className = struct === undefined ? this.mainClass : `${struct}OutputReference`;
    if (!this.source.includes(`\nexport class ${className} `)) return new Map();
    const body = this.declaration('class', className);
    const comments = [...body.matchAll(/^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$/gm)];
    return new Map(comments.map(({ 1: name, 2: computed, 3: optional, 4: required, index }, position) => [name, {
      computed: computed === 'true',
      optional: optional === 'true',
      required: required === 'true',
      reading: body.slice(index, comments[position + 1]?.index),
    }]));
  }

  /** The settable members of the main class, or of a struct that it nests. */
  public entries(struct?: string): HclEntry[] {
    const body = struct === undefined
      ? this.declaration('class', this.mainClass).split('protected synthesizeHclAttributes()')[1] ?? ''
      : this.declaration('function', `${struct[0].toLowerCase()}${struct.slice(1)}ToHclTerraform`);
    const entry = /^\s+(\w+): \{\n\s+value: (.*),\n\s+isBlock: \w+,\n\s+type: "(\w+)",\n\s+storageClassType: "(\w+)",$/gm;
    return [...body.matchAll(entry)].map(([, name, value, collection, storage]) => ({ name, value, collection, storage }));
  }

  private declaration(kind: 'class' | 'function', name: string): string {
    const start = this.source.search(new RegExp(`^export ${kind} ${name}\\b`, 'm'));
    if (start < 0) throw new Error(`${this.terraformType}: the generated code has no ${kind} ${name}`);
    return this.source.slice(start, this.source.indexOf('\n}', start));
  }

  private only(pattern: RegExp): string {
    const found = pattern.exec(this.source)?.[1];
    if (found === undefined) throw new Error(`the generated code does not match ${pattern}`);
    return found;
  }
}
