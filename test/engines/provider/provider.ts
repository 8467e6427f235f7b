import { fillComputed, markComputed } from './computed-values';
import { Platform, Problem, ProviderSettings, ResourceRules } from './platform';
import { deriveSchema } from './schema/derive';
import { GeneratedModule } from './schema/generated-module';
import { ModuleSchema } from './schema/schema';
import { Attributes, blocksIn, sameValue, UNKNOWN, Value } from './values';
import { idOf, World } from './world';

export interface Plan {
  readonly planned: Attributes | null;
  /** The attributes whose change asks for another resource in the place of this one. */
  readonly replacedBy: readonly string[];
}

export interface Applied {
  readonly state: Attributes | null;
  readonly problems: readonly Problem[];
}

interface Resource {
  readonly schema: ModuleSchema;
  readonly rules: ResourceRules;
}

/** What a Terraform provider does, on plain values: the platform is a world in memory. */
export class InMemoryProvider {
  public readonly world = new World();
  public readonly settingsSchema: ModuleSchema;
  private readonly resources: ReadonlyMap<string, Resource>;
  private settings: ProviderSettings = {};

  public constructor(public readonly platform: Platform) {
    this.settingsSchema = deriveSchema(GeneratedModule.load(platform.package, 'provider'));
    this.resources = new Map(Object.entries(platform.modules).map(([module, rules]) => {
      const schema = deriveSchema(GeneratedModule.load(platform.package, module));
      return [schema.type, { schema, rules }];
    }));
  }

  public get schemas(): ModuleSchema[] {
    return [...this.resources.values()].map(({ schema }) => schema);
  }

  public configure(settings: ProviderSettings): void {
    this.settings = settings;
  }

  public validate(type: string, config: Attributes): Problem[] {
    return (this.resource(type).rules.config ?? []).flatMap((check) => check(config));
  }

  public plan(type: string, prior: Attributes | null, proposed: Attributes | null): Plan {
    const { schema, rules } = this.resource(type);
    if (proposed === null) return { planned: null, replacedBy: [] };
    const planned = prior !== null && sameValue(prior, proposed) ? prior : markComputed(schema, proposed);
    return { planned, replacedBy: prior === null ? [] : rules.replacedBy.filter((path) => !sameValue(at(prior, path), at(planned, path))) };
  }

  public apply(type: string, prior: Attributes | null, planned: Attributes | null): Applied {
    if (planned === null) return this.delete(type, prior ?? {});
    const state = this.complete(type, planned);
    const problems = [...this.alreadyThere(type, prior, state), ...this.refusals(type, state)];
    if (problems.length > 0) return { state: prior, problems };
    this.world.put(type, state);
    return { state, problems: [] };
  }

  /** What the world holds by now; null when somebody removed it. */
  public read(type: string, state: Attributes): Attributes | null {
    return this.world.get(type, idOf(state)) ?? null;
  }

  private delete(type: string, prior: Attributes): Applied {
    const problems = (this.resource(type).rules.deletion ?? []).flatMap((check) => check(prior, this.world));
    if (problems.length > 0) return { state: prior, problems };
    this.world.remove(type, idOf(prior));
    return { state: null, problems: [] };
  }

  private complete(type: string, planned: Attributes): Attributes {
    const { schema, rules } = this.resource(type);
    const serial = this.world.serial();
    const given = settled(planned);
    const suggested = { id: rules.id(given, this.settings, serial), ...rules.computed?.(given, this.settings, serial) };
    return fillComputed(schema, planned, suggested, serial);
  }

  private alreadyThere(type: string, prior: Attributes | null, state: Attributes): Problem[] {
    const id = idOf(state);
    if (prior !== null || !this.world.get(type, id)) return [];
    return [{ summary: 'AlreadyExists', detail: `A resource with the ID "${id}" already exists: to be managed here it needs to be imported.` }];
  }

  private refusals(type: string, state: Attributes): Problem[] {
    const problems = this.validate(type, state);
    // A malformed resource would only lead to more of the same.
    if (problems.length > 0) return problems;
    const world = this.world.with(type, state);
    return (this.resource(type).rules.world ?? []).flatMap((check) => check(state, world));
  }

  private resource(type: string): Resource {
    const resource = this.resources.get(type);
    if (!resource) throw new Error(`${this.platform.name} has no ${type} in memory`);
    return resource;
  }
}

/** The values at a path that a dot leads into a block: `match.priority`, in every block of that name. */
function at(attributes: Attributes, path: string): Value {
  const [name, ...rest] = path.split('.');
  if (rest.length === 0) return attributes[name] ?? null;
  return blocksIn(attributes, name).map((block) => at(block, rest.join('.')));
}

/** The attributes that stand already, for those that derive from them. */
function settled(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== UNKNOWN));
}
