import { DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Token, Tokenization } from 'aws-cdk-lib';
import { CfnSecurityGroup, CfnVPC } from 'aws-cdk-lib/aws-ec2';
import { IConstruct } from 'constructs';

/** Stands where a reference stood; shaped as an intrinsic, so that the checks of L1 classes let it pass. */
interface Mark {
  readonly Ref: string;
}

const MARK = 'microseg-target:';

/**
 * Values with their tokens resolved, except that references to resources stay recognizable. A template cannot say which
 * construct is behind `Fn::ImportValue` or a nested stack's parameter; the reference itself can.
 */
export class Targets {
  private readonly references: Reference[] = [];
  private readonly resolver: MarkingResolver;

  public constructor() {
    this.resolver = new MarkingResolver(this.references);
  }

  /** Resolves a value as the construct would have it in its template. */
  public resolve(scope: IConstruct, value: unknown): unknown {
    return Tokenization.resolve(value, { scope, resolver: this.resolver, preparing: false });
  }

  /** The construct that a resolved value refers to. */
  public constructOf(value: unknown): IConstruct | undefined {
    return this.referenceOf(value)?.target;
  }

  /** The security group whose id a resolved value is. */
  public groupOf(value: unknown): CfnSecurityGroup | undefined {
    const reference = this.referenceOf(value);
    if (reference === undefined || !['Ref', 'GroupId'].includes(reference.displayName)) return undefined;
    // By its type, not by its class: two copies of the framework may be loaded.
    const target = reference.target as CfnSecurityGroup;
    return target.cfnResourceType === CfnSecurityGroup.CFN_RESOURCE_TYPE_NAME ? target : undefined;
  }

  /** How a resolved value reads in a message. */
  public describe(value: unknown): string {
    return JSON.stringify(value, (_key, inner: unknown) => this.constructOf(inner)?.node.path ?? inner);
  }

  /** Every construct that the value refers to, at any depth. */
  public allIn(value: unknown): IConstruct[] {
    const direct = this.constructOf(value);
    if (direct) return [direct];
    if (typeof value !== 'object' || value === null) return [];
    return Object.values(value).flatMap((inner) => this.allIn(inner));
  }

  private referenceOf(value: unknown): Reference | undefined {
    const ref = (value as Mark | undefined)?.Ref;
    return typeof ref === 'string' && ref.startsWith(MARK) ? this.references[Number(ref.slice(MARK.length))] : undefined;
  }
}

class MarkingResolver extends DefaultTokenResolver {
  public constructor(private readonly references: Reference[]) {
    super({ join: (left: unknown, right: unknown) => ({ 'Fn::Join': ['', [left, right]] }) });
  }

  public resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (!Reference.isReference(token)) return super.resolveToken(token, context, postProcessor);
    const known = literalRange(token);
    if (known !== undefined) return known;
    this.references.push(token);
    return { Ref: `${MARK}${this.references.length - 1}` };
  }
}

/** The range of a VPC, where it is written down in this app: rules that refer to it admit that range. */
function literalRange({ target, displayName }: Reference): string | undefined {
  const { cfnResourceType, cidrBlock } = target as CfnVPC;
  const literal = cfnResourceType === CfnVPC.CFN_RESOURCE_TYPE_NAME && displayName === 'CidrBlock' && !Token.isUnresolved(cidrBlock);
  return literal ? cidrBlock : undefined;
}
