import { stableId } from '../../support/stable-id';

const ID = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** What the generated program uses itself, and what the language keeps. */
const TAKEN = `policy scope address observedPolicy allowObserved Construct EnforcementMode Peer SegmentationPolicy Service Workload
  arguments async await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements
  import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined NaN Infinity
  var void while with yield`.split(/\s+/);

/** Gives each node an id that a policy accepts, as close to its own as can be. Equal nodes in equal order get equal ids. */
export class IdNames {
  private readonly taken: Set<string>;

  public constructor(taken: Iterable<string> = []) {
    this.taken = new Set(taken);
  }

  public next(node: string): string {
    const id = this.free(node);
    this.taken.add(id);
    return id;
  }

  private free(node: string): string {
    if (ID.test(node) && !this.isTaken(node)) return node;
    const plain = node.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 48);
    const named = /^[A-Za-z]/.test(plain) ? plain : `host-${plain}`.replace(/-$/, '');
    if (named.length > 4 && plain !== '' && plain.length < 48 && !this.isTaken(named)) return named;
    // What two names have in common once they are made harmless does not make them one.
    const first = `${named}-${stableId(node)}`;
    for (let count = 2, next = first; ; count += 1, next = `${first}-${count}`) if (!this.isTaken(next)) return next;
  }

  /** Construct trees keep children in plain objects: what every object has cannot be the id of a child. */
  private isTaken(id: string): boolean {
    return this.taken.has(id) || id in Object.prototype;
  }
}

/** Gives each id a variable of its own, in the way people write them. */
export class VariableNames {
  private readonly taken = new Set<string>(TAKEN);

  public next(id: string): string {
    const [head = '', ...tail] = id.split(/[^A-Za-z0-9]+/).filter((part) => part !== '');
    const camel = lowered(head) + tail.map((part) => part[0].toUpperCase() + part.slice(1)).join('');
    const base = /^[a-z]/.test(camel) ? camel : `host${camel}`;
    let name = base;
    for (let count = 2; this.taken.has(name); count += 1) name = `${base}${/\d$/.test(base) ? '_' : ''}${count}`;
    this.taken.add(name);
    return name;
  }
}

/** `DB` becomes `db`, `LoadBalancer` becomes `loadBalancer`. */
function lowered(word: string): string {
  return /^[A-Z0-9]+$/.test(word) ? word.toLowerCase() : word.slice(0, 1).toLowerCase() + word.slice(1);
}
