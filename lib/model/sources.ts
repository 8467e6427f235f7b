import { IConstruct } from 'constructs';
import { callerLocation } from '../support/source-location';

/** By these keys of the context the frameworks are told to keep no stack traces. */
const SWITCHES = ['aws:cdk:disable-stack-trace', 'aws:cdk:disable-creation-stack-traces', '@cdktf/disable_stack_trace_in_metadata'];

/**
 * Looking where the caller stands takes about as long as compiling a flow. Up to so many declarations nobody notices; policies of more
 * are generated, and their lines would tell little.
 */
const MOST = 5_000;

/** Something that was declared, with the user's line where that was. */
export interface Declared {
  source?: string;
}

/** Notes where the user's code declares things: for all declarations of a policy, or, where they are too many, for none. */
export class Sources {
  private readonly noted: Declared[] = [];
  private recording: boolean;
  private readonly most: number;

  public constructor(scope: IConstruct) {
    this.recording = !SWITCHES.some((key) => Boolean(scope.node.tryGetContext(key)));
    // The switch of AWS CDK by which users ask for stack traces whatever they cost.
    this.most = ['1', 'on', 'true'].includes(process.env.CDK_DEBUG ?? '') ? Infinity : MOST;
  }

  /** The same declaration, with its source where it is kept. */
  public note<T extends Declared>(declaration: T): T {
    if (this.recording && this.noted.length >= this.most) this.forget();
    if (!this.recording) return declaration;
    declaration.source = callerLocation();
    this.noted.push(declaration);
    return declaration;
  }

  /** Which of them were declared first must not matter. */
  private forget(): void {
    this.noted.forEach((declaration) => delete declaration.source);
    this.noted.length = 0;
    this.recording = false;
  }
}
