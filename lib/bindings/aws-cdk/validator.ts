import { join } from 'path';
import type { IPolicyValidationContext, IPolicyValidationPlugin, PolicyValidationPluginReport, PolicyViolatingResource, PolicyViolation } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { GuardrailFinding, guardrailFindings } from '../../analysis/guardrails';
import { CATALOGUE } from '../../support/catalogue';
import { fail } from '../../support/errors';
import { assembliesOf, filesOfAssembly } from './assembly-files';
import { Place, Places, sourceOf } from './places';

/** What a `SegmentationValidator` judges by. */
export interface SegmentationValidatorProps {
  /**
   * The moment at which the expiry of flows and acknowledgements is judged, in ISO 8601.
   *
   * @default - the time of synthesis
   */
  readonly asOf?: string;
}

/**
 * Fails synthesis where the final templates, whoever wrote them, admit anything that the policies do not allow, or do not admit what
 * they declare; where a template decides what is admitted and cannot be read; and where an error of `microseg lint` stands that
 * nobody acknowledged. It reads what `microseg verify` reads: the files, and nothing of the program that made them.
 *
 *     Validations.of(app).addPlugins(new SegmentationValidator());
 *
 * Each violation names the construct that did it, with file and line where the framework keeps creation stack traces.
 */
export class SegmentationValidator implements IPolicyValidationPlugin {
  /** As in reports. */
  public readonly name = 'SegmentationValidator';

  private readonly now: () => number;

  /** @throws MSEG1008 if `asOf` is no moment. */
  public constructor(props: SegmentationValidatorProps = {}) {
    const { asOf } = props;
    if (asOf !== undefined && Number.isNaN(Date.parse(asOf))) fail('MSEG1008', this.name, `asOf "${asOf}" is no moment`);
    this.now = () => (asOf === undefined ? Date.now() : Date.parse(asOf));
  }

  /** Called by the framework after it has written the assembly. */
  public validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    // Older versions of the framework do not hand the tree over.
    const root = context.appConstruct as IConstruct | undefined;
    const violations = assembliesOf(context.templatePaths).flatMap((directory) => {
      const places = new Places(root, directory);
      return guardrailFindings(directory, this.now(), filesOfAssembly(directory)).map((finding) => violation(finding, places, directory));
    });
    return { success: violations.length === 0, violations };
  }
}

function violation(finding: GuardrailFinding, known: Places, directory: string): PolicyViolation {
  const { code, message, path, policy, places, source, end } = finding;
  const found = places.flatMap((place) => known.find(place) ?? []);
  return {
    ruleName: code,
    description: [`${message}.`, ...found.flatMap(doer), ...(path === undefined ? [] : [`Declared at ${located(path, source)}.`])].join(' '),
    fix: CATALOGUE[code].remedy,
    // Fatal: a framework's acknowledgement must not open what the policy keeps closed.
    severity: 'fatal',
    ruleMetadata: policy === undefined ? undefined : { policy },
    violatingResources: found.length > 0 ? found.map((place) => resource(place, directory, end)) : [{ constructPath: path ?? '', locations: [] }],
  };
}

function doer({ construct }: Place): string[] {
  if (construct === undefined) return [];
  return [`Done by ${located(construct.node.path, sourceOf(construct))}.`];
}

function located(path: string, source: string | undefined): string {
  return source === undefined ? path : `${path} (${source})`;
}

function resource({ template, logicalId }: Place, directory: string, end: GuardrailFinding['end']): PolicyViolatingResource {
  const locations = end === undefined ? [] : [`Properties.SecurityGroup${end === 'ingress' ? 'Ingress' : 'Egress'}`];
  return { resourceLogicalId: logicalId, templatePath: join(directory, template), locations };
}
