/**
 * Terraform reads every string of a JSON configuration as a template, and the framework replaces what looks like one of
 * its tokens. Text of users must be neither: it stands in the configuration as what it says.
 */
export function literal(text: string): string {
  return escapeTemplates(withoutMarkers(text));
}

/** The same, but tokens of the framework stay references: a value that may be known at deploy time only. */
export function literalOrToken(text: string): string {
  return text.split(/(\$\{TfToken\[[^\]]*\]\})/).map((part, index) => (index % 2 === 1 ? part : literal(part))).join('');
}

/** Text that is made here, with tokens but nothing of users in it: what looks like a marker there is part of an encoded file. */
export function ownText(text: string): string {
  return text.split(/(\$\{TfToken\[[^\]]*\]\})/).map((part, index) => (index % 2 === 1 ? part : escapeTemplates(part))).join('');
}

/** Tags of users. */
export function textTags(tags: { readonly [key: string]: string } = {}): { [key: string]: string } {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [literalOrToken(key), literalOrToken(value)]));
}

function escapeTemplates(text: string): string {
  return text.replace(/\$\{/g, '$$$${').replace(/%\{/g, '%%{');
}

/**
 * A marker of the framework cannot be escaped, so what looks like one gets a space. Number tokens are negative doubles
 * of the largest exponents.
 */
function withoutMarkers(text: string): string {
  return text.replace(/TfToken\[/g, 'TfToken [').replace(/(?<=\d)e\+(?=\d{3})/g, 'e +');
}
