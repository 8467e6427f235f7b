import type * as Cdktf from 'cdktf';
import { Construct, IConstruct } from 'constructs';
import { GuardrailFinding, guardrailFindings } from '../../analysis/guardrails';
import { fail, problemText } from '../../support/errors';
import { appOf } from './family';

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
 * Fails synthesis where the final configurations of an app, whoever wrote them, admit anything that the policies do not allow, or do
 * not admit what they declare; where a configuration decides what is admitted and cannot be read; and where an error of
 * `microseg lint` stands that nobody acknowledged. It reads what `microseg verify` reads: the files of all stacks, overrides
 * included, and nothing of the program that made them.
 *
 *     SegmentationValidator.attach(app);
 */
export class SegmentationValidator {
  /**
   * Judges the whole app that the scope is in, after all of its stacks are written. To attach it again changes nothing.
   *
   * @throws MSEG1008 if `asOf` is no moment; MSEG9002 outside of an app; MSEG9030 if the app writes HCL or skips validations.
   */
  public static attach(scope: Construct, props: SegmentationValidatorProps = {}): void {
    const app = appOf(scope);
    const { asOf } = props;
    if (asOf !== undefined && Number.isNaN(Date.parse(asOf))) fail('MSEG1008', scope.node.path, `asOf "${asOf}" is no moment`);
    if (app.skipValidation || app.hclOutput) fail('MSEG9030', scope.node.path, `the app ${app.skipValidation ? 'skips validations' : 'writes HCL'}`);
    if (attached.has(app)) return;
    attached.add(app);
    // The app's own validations run after the stacks are written; those of everything else, before.
    app.node.addValidation({ validate: () => problemsOf(app, asOf === undefined ? Date.now() : Date.parse(asOf)) });
  }

  private constructor() {}
}

const attached = new WeakSet<IConstruct>();

function problemsOf(app: Cdktf.App, now: number): string[] {
  const directories = Object.values(app.manifest.stacks).map(({ workingDirectory }) => `${slashed(workingDirectory)}/`);
  // The output directory keeps the stacks that an earlier synthesis wrote and the app no longer has.
  const findings = guardrailFindings(app.outdir, now, (path) => directories.some((directory) => path.startsWith(directory)));
  if (findings.length === 0) return [];
  const constructs = constructsByPlace(app);
  return findings.map((finding) => textOf(finding, constructs));
}

function textOf({ code, message, path, places, source }: GuardrailFinding, constructs: ReadonlyMap<string, string>): string {
  const doers = [...new Set(places.map((place) => constructs.get(resourceOf(place)) ?? place))];
  // What somebody else did is not where the policy was declared.
  if (doers.length === 0) return problemText({ code, where: path ?? '', message, source });
  const declared = path === undefined ? '' : `; declared at ${path}${source === undefined ? '' : ` (${source})`}`;
  return problemText({ code, where: doers.join(', '), message: `${message}${declared}` });
}

/** Construct paths by file and address: what is written by `addOverride` on a stack has none. */
function constructsByPlace(app: Cdktf.App): Map<string, string> {
  return new Map(app.node.findAll().filter(isResource).map((resource) => {
    const { synthesizedStackPath } = app.manifest.forStack(resource.cdktfStack);
    return [`${slashed(synthesizedStackPath)}#${resource.terraformResourceType}.${resource.friendlyUniqueId}`, resource.node.path];
  }));
}

function isResource(construct: IConstruct): construct is Cdktf.TerraformResource {
  return ['cdktfStack', 'terraformResourceType', 'friendlyUniqueId'].every((property) => property in construct);
}

/** Without the key of `for_each`. */
function resourceOf(place: string): string {
  return place.replace(/\[.*$/, '');
}

function slashed(path: string): string {
  return path.replace(/\\/g, '/');
}
