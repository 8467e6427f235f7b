import { relative } from 'path';
import { CfnElement, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { locationIn } from '../../support/source-location';

/** A resource in a template, and the construct that made it. */
export interface Place {
  /** Template, relative to the directory of the assembly. */
  readonly template: string;
  readonly logicalId: string;
  readonly construct?: IConstruct;
}

/** Constructs by where they stand in the templates of an assembly. */
export class Places {
  private readonly constructs = new Map<string, IConstruct>();

  /** @param root absent where the framework does not tell; then places have no constructs */
  public constructor(root: IConstruct | undefined, directory: string) {
    for (const construct of root?.node.findAll() ?? []) {
      if (!CfnElement.isCfnElement(construct)) continue;
      const { stack } = construct;
      this.constructs.set(`${relative(directory, `${outdirOf(stack)}/${stack.templateFile}`)}#${String(stack.resolve(construct.logicalId))}`, construct);
    }
  }

  /** @param text such as `Payments.template.json#WebGroup/SecurityGroupIngress`; undefined where it is no resource */
  public find(text: string): Place | undefined {
    const [, template, logicalId] = /^(.+)#([A-Za-z0-9]+)/.exec(text) ?? [];
    if (template === undefined) return undefined;
    return { template, logicalId, construct: this.constructs.get(`${template}#${logicalId}`) };
  }
}

/** Where the construct was made; known where the framework keeps creation stack traces. */
export function sourceOf(construct: IConstruct): string | undefined {
  const entry = construct.node.metadata.find(({ type }) => type === 'aws:cdk:creationStack');
  return Array.isArray(entry?.data) ? locationIn(entry.data as string[]) : undefined;
}

function outdirOf(stack: Stack): string {
  const outermost = stack.nestedStackParent === undefined ? stack : outermostOf(stack);
  return Stage.of(outermost)?.outdir ?? '';
}

function outermostOf(stack: Stack): Stack {
  return NestedStack.isNestedStack(stack) && stack.nestedStackParent ? outermostOf(stack.nestedStackParent) : stack;
}
