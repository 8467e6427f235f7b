import { DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, StringConcat, Tokenization } from 'aws-cdk-lib';
import { Construct } from 'constructs';

/** Text that is equal for equal deploy-time values: what they read as, and, since ids repeat in every stack, whose they are. */
export function identityOf(scope: Construct, value: string): string {
  const recorder = new ReferenceRecorder();
  Tokenization.resolve(value, { scope, resolver: recorder, preparing: false });
  return JSON.stringify([Stack.of(scope).resolve(value), [...recorder.targets].sort()]);
}

/** Notes whose attributes a value is made of, however deep they stand in it. */
class ReferenceRecorder extends DefaultTokenResolver {
  public readonly targets = new Set<string>();

  public constructor() {
    super(new StringConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) this.targets.add(token.target.node.path);
    return super.resolveToken(token, context, postProcessor);
  }
}
