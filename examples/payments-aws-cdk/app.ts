import { App } from 'aws-cdk-lib';
import { EnforcementMode } from 'cdk-microsegmentation';
import { PaymentsPolicy } from '../payments/policy';
import { BackStack } from './back-stack';
import { FrontStack } from './front-stack';
import { HostsStack } from './hosts-stack';
import { NetworkStack } from './network-stack';

export interface PaymentsAppProps {
  /** Where the cloud assembly goes. @default - where the CDK's command line says */
  readonly outdir?: string;
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
}

/** A group that a workload's stack imports cannot be deleted under its feet. */
const CONTEXT = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

/** The whole app, not yet synthesized: whoever calls this may still add flows to the policy. */
export function buildApp({ outdir, mode }: PaymentsAppProps = {}): { app: App; policy: PaymentsPolicy } {
  const app = new App({ outdir, context: CONTEXT });
  const network = new NetworkStack(app, 'Network', { stackName: 'payments-network', mode });
  // Front and back talk in both directions, and yet neither stack knows the other.
  const { bastion } = new FrontStack(app, 'Front', { stackName: 'payments-front', network });
  const { hosts } = new BackStack(app, 'Back', { stackName: 'payments-back', network });
  new HostsStack(app, 'Hosts', { stackName: 'payments-hosts', network, hosts: [bastion, ...hosts] });
  return { app, policy: network.policy };
}

if (require.main === module) buildApp().app.synth();
