import { LintFinding } from '../analysis/lint';
import { CHECKS } from '../analysis/lint/checks';
import { CATALOGUE, ProblemCode } from '../support/catalogue';
import { printable } from '../support/printable';
import { sarifText } from './sarif';
import { counted } from './terminal';
import { jsonText } from './words';

/** The findings as the stable JSON document. @param ok whether nothing was found that the command fails on */
export function lintJson(findings: readonly LintFinding[], ok: boolean): string {
  return jsonText({
    ok,
    errors: openOnes(findings, 'error').length,
    warnings: openOnes(findings, 'warning').length,
    acknowledged: findings.length - findings.filter(isOpen).length,
    findings: findings.map((finding) => ({ ...finding, title: CATALOGUE[finding.check].title, remedy: CATALOGUE[finding.check].remedy })),
  });
}

/** The findings for people: what is not acknowledged, the worst first, each check with what to do. */
export function lintText(findings: readonly LintFinding[]): string {
  const shown = [...openOnes(findings, 'error'), ...openOnes(findings, 'warning')];
  const byCheck = new Map<ProblemCode, LintFinding[]>();
  for (const finding of shown) byCheck.set(finding.check, [...byCheck.get(finding.check) ?? [], finding]);
  const lines = [...byCheck].flatMap(([check, found]) => [
    `${CATALOGUE[check].severity} ${check} ${CATALOGUE[check].title}: ${CATALOGUE[check].remedy}`,
    ...found.map(({ path, source, message }) => printable(`  [${path}${source === undefined ? '' : ` (${source})`}] ${message}`)),
    '',
  ]);
  const acknowledged = findings.length - shown.length;
  const [errors, warnings] = [openOnes(findings, 'error').length, openOnes(findings, 'warning').length];
  return `${[...lines, `${counted(errors, 'error')}, ${counted(warnings, 'warning')}, ${acknowledged} acknowledged`].join('\n')}\n`;
}

/** The findings as SARIF. @param fileOf the manifest of a policy */
export function lintSarif(findings: readonly LintFinding[], fileOf: (policy: string | undefined) => string): string {
  const codes: ProblemCode[] = [...CHECKS.map(({ code }) => code), 'MSEG5110', 'MSEG5111'];
  return sarifText(findings.map(({ id, check, policy, path, source, message, acknowledged }) => (
    { code: check, message, places: [path], source, file: fileOf(policy), fingerprint: id, acknowledged })), codes);
}

export function openOnes(findings: readonly LintFinding[], severity: LintFinding['severity']): LintFinding[] {
  return findings.filter((finding) => isOpen(finding) && finding.severity === severity);
}

function isOpen({ acknowledged }: LintFinding): boolean {
  return acknowledged === undefined;
}
