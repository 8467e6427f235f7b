import { ProblemCode } from './catalogue';

/** The codes of the checks of `microseg lint`, in order. What they find can be acknowledged. */
export const LINT_CODES = [
  'MSEG2006', 'MSEG5010', 'MSEG5101', 'MSEG5102', 'MSEG5103', 'MSEG5104', 'MSEG5105', 'MSEG5106', 'MSEG5107', 'MSEG5108', 'MSEG5109',
] as const satisfies readonly ProblemCode[];

export type LintCode = (typeof LINT_CODES)[number];

export function isLintCode(code: string): code is LintCode {
  return (LINT_CODES as readonly string[]).includes(code);
}
