import { Attributes, stringIn } from './values';

/** What a platform holds: the resources that were applied, by type and id. Each provider of a process has its own. */
export class World {
  private readonly resources = new Map<string, Map<string, Attributes>>();
  private created = 0;

  public get(type: string, id: string): Attributes | undefined {
    return this.resources.get(type)?.get(id);
  }

  /** All resources of a type, in the order of their creation. */
  public all(type: string): Attributes[] {
    return [...this.resources.get(type)?.values() ?? []];
  }

  public put(type: string, attributes: Attributes): void {
    const ofType = this.resources.get(type) ?? new Map<string, Attributes>();
    ofType.set(idOf(attributes), attributes);
    this.resources.set(type, ofType);
  }

  public remove(type: string, id: string): boolean {
    return this.resources.get(type)?.delete(id) ?? false;
  }

  public clear(): void {
    this.resources.clear();
  }

  /** This world as it would be with one resource more, or changed. */
  public with(type: string, attributes: Attributes): World {
    const next = new World();
    for (const [other, resources] of this.resources) next.resources.set(other, new Map(resources));
    next.put(type, attributes);
    return next;
  }

  /** A number that no resource of this world got before. */
  public serial(): number {
    return ++this.created;
  }
}

export function idOf(attributes: Attributes): string {
  return stringIn(attributes, 'id') ?? '';
}
