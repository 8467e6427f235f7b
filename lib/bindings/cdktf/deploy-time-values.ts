import { TerraformFamily } from './family';

/** A string with its tokens replaced, exactly as it stands in the stack's configuration. */
export function renderedIn(family: TerraformFamily, value: string): string {
  const { Tokenization, DefaultTokenResolver, StringConcat } = family.core;
  const resolver = new DefaultTokenResolver(new StringConcat());
  return String(Tokenization.resolve(value, { scope: family.stack, resolver, preparing: false }));
}

/**
 * Text that is equal for equal values, wherever in the app they are used: an attribute of a resource is a new token each
 * time it is asked for, and reads differently in each stack. What stands around the tokens counts: a block is more than the
 * address in it.
 */
export function identityOf(family: TerraformFamily, value: string): string {
  const parts = value.split(TOKEN);
  return JSON.stringify(parts.map((part, index) => (index % 2 === 1 ? tokenIdentity(family, part) : part)));
}

/** A token within a text. Splitting by it leaves tokens at odd places. */
const TOKEN = /(\$\{TfToken\[[^\]]*\]\})/;

function tokenIdentity(family: TerraformFamily, token: string): string[] {
  const [found] = family.core.Tokenization.reverseString(token).tokens as unknown as Partial<Reference>[];
  if (found?.identifier === undefined) return [renderedIn(family, token)];
  const { identifier, originStack } = found;
  return [originStack?.node.path ?? family.stack.node.path, renderedIn(family, identifier)];
}

/** What the framework's references hold. */
interface Reference {
  readonly identifier: string;
  readonly originStack?: { readonly node: { readonly path: string } };
}
