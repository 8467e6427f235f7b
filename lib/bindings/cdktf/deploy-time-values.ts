import { TerraformFamily } from './family';

/** A string with its tokens replaced, exactly as it stands in the stack's configuration. */
export function renderedIn(family: TerraformFamily, value: string): string {
  const { Tokenization, DefaultTokenResolver, StringConcat } = family.core;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(value, { scope: family.stack, resolver, preparing: false }));
}

/**
 * Text that is equal for equal values, wherever in the app they are used: an attribute of a resource is a new token each
 * time it is asked for, and reads differently in each stack.
 */
export function identityOf(family: TerraformFamily, value: string): string {
  const { Tokenization } = family.core;
  const tokens = Tokenization.reverseString(value).tokens as unknown as Partial<Reference>[];
  if (tokens.length !== 1 || tokens[0].identifier === undefined) return renderedIn(family, value);
  const { identifier, originStack } = tokens[0];
  return `${originStack?.node.path ?? family.stack.node.path} ${renderedIn(family, identifier)}`;
}

/** What the framework's references hold. */
interface Reference {
  readonly identifier: string;
  readonly originStack?: { readonly node: { readonly path: string } };
}
