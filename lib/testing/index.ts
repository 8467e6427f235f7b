/**
 * Matchers of jest for policies. Import this file in a test, or name it in `setupFilesAfterEnv`:
 *
 *     import 'cdk-microsegmentation/testing';
 *
 *     expect(policy).toAllow(web, ledger, Service.POSTGRES);
 *     expect(policy).toDeny(Peer.labeled({ env: 'dev' }), ledger);
 *     expect(policy).toHaveBlastRadiusAtMost(web, 1);
 *
 * Where `expect` is no global (`@jest/globals`, vitest), extend it: `expect.extend(segmentationMatchers)`.
 */
import type { IPeer, Service, Workload } from '../model';
import { segmentationMatchers } from './matchers';

export { MatcherResult, segmentationMatchers } from './matchers';

declare global {
  // The name by which jest's own types let matchers be added.
  namespace jest {
    interface Matchers<R, T = {}> {
      /** Every client can open a connection to every server with the service. @default service - all that the server offers */
      toAllow(client: IPeer, server: IPeer, service?: Service): R;
      /** No client can open a connection to any server with the service. @default service - with anything */
      toDeny(client: IPeer, server: IPeer, service?: Service): R;
      /** A breach of the workload reaches at most so many other workloads, in any number of hops. */
      toHaveBlastRadiusAtMost(workload: Workload, workloads: number): R;
    }
  }
}

const { expect } = globalThis as { expect?: { extend?: (matchers: object) => void } };
expect?.extend?.(segmentationMatchers);
