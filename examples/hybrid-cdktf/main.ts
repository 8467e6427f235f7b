import { EnforcementMode } from 'cdk-microsegmentation';
import { App } from 'cdktf';
import { AwsStack } from './aws-stack';
import { AzureStack } from './azure-stack';
import { GoogleStack, PARTNERS } from './google-stack';
import { ShopPolicy } from './policy';

export interface HybridAppProps {
  /** Where the Terraform configurations go. @default - where CDKTF's command line says */
  readonly outdir?: string;
  /** How far the policy is in force. @default EnforcementMode.ENFORCE */
  readonly mode?: EnforcementMode;
}

/** The whole app, not yet synthesized: whoever calls this may still add flows to the policy. */
export function buildApp({ outdir, mode }: HybridAppProps = {}): { app: App; policy: ShopPolicy } {
  const app = new App({ outdir });
  const policy = new ShopPolicy(app, 'Shop', { mode, partners: PARTNERS });
  const { collectorBlock } = new GoogleStack(app, 'Google', { policy });
  new AzureStack(app, 'Azure', { policy });
  new AwsStack(app, 'Aws', { policy, collectorBlock });
  return { app, policy };
}

if (require.main === module) buildApp().app.synth();
