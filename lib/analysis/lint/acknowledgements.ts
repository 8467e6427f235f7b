import { ManifestAcknowledgement } from '../../compiler';
import { endOf } from '../../compiler/expiry';

/** Acknowledgements, each with whether anything was found that it is about. */
export class Acknowledgements {
  private readonly used = new Set<ManifestAcknowledgement>();

  public constructor(private readonly all: readonly ManifestAcknowledgement[], private readonly now: number) {}

  /** Why the finding is meant; undefined where nobody said so, or it was said for a time that is over. */
  public reasonFor(code: string, path: string, subject: string): string | undefined {
    const meant = this.all.filter((candidate) => candidate.check === code
      && (path === candidate.path || path.startsWith(`${candidate.path}/`))
      && (candidate.subject === undefined || candidate.subject === subject));
    meant.forEach((acknowledgement) => this.used.add(acknowledgement));
    return meant.find((acknowledgement) => !this.isOver(acknowledgement))?.reason;
  }

  /** Those in force that are about nothing that was found. */
  public unused(): ManifestAcknowledgement[] {
    return this.all.filter((acknowledgement) => !this.used.has(acknowledgement) && !this.isOver(acknowledgement));
  }

  /** Those that count no longer. */
  public over(): ManifestAcknowledgement[] {
    return this.all.filter((acknowledgement) => this.isOver(acknowledgement));
  }

  private isOver({ expires }: ManifestAcknowledgement): boolean {
    return expires !== undefined && endOf(expires) <= this.now;
  }
}
