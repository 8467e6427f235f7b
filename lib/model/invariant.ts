import { fail } from '../support/errors';
import { InvariantDeclaration } from './declarations';
import { IPeer } from './peer';
import { Service } from './service';
import { Workload } from './workload';

/**
 * What must hold of the policy whatever flows are added to it. Synthesis fails with MSEG2006 where it does not.
 *
 *     Invariant.denies(Peer.labeled({ env: 'dev' }), ledger)
 *     Invariant.exposedOnly([web])
 *     Invariant.blastRadiusAtMost(web, 1)
 */
export class Invariant {
  /** Every client can reach every server with these services. @default services - what each server offers */
  public static allows(client: IPeer, server: IPeer, services?: Service[]): Invariant {
    return Invariant.between('allows', client, server, services);
  }

  /** No client can reach any server directly with these services. @default services - none whatever */
  public static denies(client: IPeer, server: IPeer, services?: Service[]): Invariant {
    return Invariant.between('denies', client, server, services);
  }

  /**
   * No other workload of the policy is reachable from outside: from addresses that are public, or whose content only the
   * platform knows (tokens, prefix lists).
   */
  public static exposedOnly(workloads: Workload[]): Invariant {
    return new Invariant({ kind: 'exposure', exposed: workloads.map((workload) => workload._declarePeer()) });
  }

  /**
   * A breach of the workload reaches at most so many other workloads, in any number of hops.
   *
   * @throws MSEG1014 if it is no whole number, 0 or more.
   */
  public static blastRadiusAtMost(workload: Workload, workloads: number): Invariant {
    if (!Number.isInteger(workloads) || workloads < 0) {
      fail('MSEG1014', workload.node.path, `${String(workloads)} is no number of workloads`);
    }
    return new Invariant({ kind: 'blastRadius', workload: workload._declarePeer(), atMost: workloads });
  }

  private static between(kind: 'allows' | 'denies', client: IPeer, server: IPeer, services?: Service[]): Invariant {
    const ranges = services?.flatMap((service) => service._ranges);
    return new Invariant({ kind, client: client._declarePeer(), server: server._declarePeer(), services: ranges });
  }

  /** @internal */
  public readonly _declaration: InvariantDeclaration;

  private constructor(declaration: InvariantDeclaration) {
    this._declaration = declaration;
  }
}
