import { isAbsolute, posix } from 'path';
import { pathToFileURL } from 'url';
import { CATALOGUE, ProblemCode } from '../support/catalogue';
import { printable } from '../support/printable';
import { jsonText } from './words';

/** One result in terms of this package. */
export interface SarifFinding {
  readonly code: ProblemCode;
  readonly message: string;
  /** Construct paths, or addresses in an artifact. */
  readonly places: readonly string[];
  /** File, relative to where the user stands, or absolute. */
  readonly file: string;
  /** `file:line` of the user's code, relative to where synthesis ran; then the finding is there, and not in the file. */
  readonly source?: string;
  /** Equal for the same finding in every run. */
  readonly fingerprint: string;
  /** Why it is meant, where somebody said so. */
  readonly acknowledged?: string;
}

const HOME = 'https://github.com/cdk-microsegmentation/cdk-microsegmentation';
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/**
 * Findings in the Static Analysis Results Interchange Format, as code scanning takes it.
 *
 * @param codes every code that the command can report, found or not
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
 */
export function sarifText(findings: readonly SarifFinding[], codes: readonly ProblemCode[]): string {
  const rules = [...new Set(codes)].sort();
  return jsonText({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'microseg', version: version(), informationUri: HOME, rules: rules.map(ruleOf) } },
      columnKind: 'utf16CodeUnits',
      results: findings.map((finding) => ({ ruleIndex: rules.indexOf(finding.code), ...resultOf(finding) })),
    }],
  });
}

function ruleOf(code: ProblemCode): object {
  const { title, remedy, severity } = CATALOGUE[code];
  return {
    id: code,
    name: title.replace(/[^A-Za-z]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${remedy}` },
    help: { text: remedy },
    helpUri: `${HOME}/blob/main/docs/lint.md#${code.toLowerCase()}`,
    defaultConfiguration: { level: severity },
  };
}

function resultOf({ code, message, places, file, source, fingerprint, acknowledged }: SarifFinding): object {
  return {
    ruleId: code,
    level: CATALOGUE[code].severity,
    message: { text: printable(message) },
    locations: [{
      physicalLocation: physicalLocation(source ?? `${file}:1`),
      logicalLocations: places.map((place) => ({ fullyQualifiedName: printable(place), kind: 'resource' })),
    }],
    partialFingerprints: { 'microsegFinding/v1': fingerprint },
    ...(acknowledged === undefined ? {} : { suppressions: [{ kind: 'external', status: 'accepted', justification: printable(acknowledged) }] }),
  };
}

function physicalLocation(place: string): object {
  const colon = place.lastIndexOf(':');
  return { artifactLocation: { uri: uriOf(place.slice(0, colon)) }, region: { startLine: Number(place.slice(colon + 1)) } };
}

/** Scanning looks for the file below the root of the repository, which is where pipelines stand. */
function uriOf(file: string): string {
  return isAbsolute(file) ? pathToFileURL(file).href : posix.normalize(file.replace(/\\/g, '/')).split('/').map(encodeURIComponent).join('/');
}

function version(): string {
  // The package file stands above lib/ and above build/ alike.
  return (require('../../package.json') as { version: string }).version;
}
