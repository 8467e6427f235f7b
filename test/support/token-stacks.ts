import { createRequire } from 'node:module';

const load = createRequire(__filename);

/**
 * Every token of CDK for Terraform keeps the whole stack of its maker. Nothing here asks for it, and jest maps each of its
 * frames to a source, which takes a fifth of the time of a synthesis.
 */
export function withoutTokenStacks(core: string): void {
  (load(`${core}/lib/tokens/private/stack-trace`) as { captureStackTrace: () => string[] }).captureStackTrace = () => [];
}
