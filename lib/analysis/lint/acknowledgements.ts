import { endOf } from '../../compiler/expiry';

/** Somebody's word that a finding is meant. */
export interface Acknowledgement {
  /** Code of the check, such as MSEG5103. */
  readonly check: string;
  /** Construct path; findings below it are meant as well. */
  readonly path: string;
  /** Only what the check reports under this subject. Absent: everything that it reports at the path. */
  readonly subject?: string;
  /** Why it is meant. */
  readonly reason: string;
  /** ISO 8601 date, or date and time, from which on it counts no longer. */
  readonly expires?: string;
}

/** Acknowledgements, each with whether anything was found that it is about. */
export class Acknowledgements {
  private readonly used = new Set<Acknowledgement>();

  public constructor(private readonly all: readonly Acknowledgement[], private readonly now: number) {}

  /** Why the finding is meant; undefined where nobody said so, or it was said for a time that is over. */
  public reasonFor(code: string, path: string, subject: string): string | undefined {
    const meant = this.all.filter((candidate) => candidate.check === code
      && (path === candidate.path || path.startsWith(`${candidate.path}/`))
      && (candidate.subject === undefined || candidate.subject === subject));
    meant.forEach((acknowledgement) => this.used.add(acknowledgement));
    return meant.find(({ expires }) => expires === undefined || endOf(expires) > this.now)?.reason;
  }

  /** Those that are about nothing that was found. */
  public unused(): Acknowledgement[] {
    return this.all.filter((acknowledgement) => !this.used.has(acknowledgement));
  }
}
