import { EnforcementMode } from 'cdk-microsegmentation';
import { App } from 'cdktf';
import { PaymentsPolicy } from '../payments/policy';
import { BackStack } from './back-stack';
import { FrontStack } from './front-stack';
import { HostsStack } from './hosts-stack';
import { NetworkStack } from './network-stack';

export interface PaymentsAppProps {
  /** Where the Terraform configurations go. @default - where CDKTF's command line says */
  readonly outdir?: string;
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
}

/** The whole app, not yet synthesized: whoever calls this may still add flows to the policy. */
export function buildApp({ outdir, mode }: PaymentsAppProps = {}): { app: App; policy: PaymentsPolicy } {
  const app = new App({ outdir });
  const region = 'us-east-1';
  const network = new NetworkStack(app, 'Network', { region, mode });
  // Front and back talk in both directions, and yet neither stack knows the other.
  const front = new FrontStack(app, 'Front', { region, network });
  const back = new BackStack(app, 'Back', { region, network });
  new HostsStack(app, 'Hosts', { network, workloads: [front, back] });
  return { app, policy: network.policy };
}

if (require.main === module) buildApp().app.synth();
