import { SegmentationError } from '../../support/errors';

/** Makes a value when the framework asks for it. */
export interface LateValue<T> {
  produce(context?: { readonly preparing?: boolean }): T;
}

/**
 * A value that is made at synthesis. The framework asks twice: first to find references between stacks, then, after the
 * validations, to write the value. What is wrong must not stop it the first time, so that the validations can say it all.
 */
export function atSynthesis<T>(make: () => T, ifWrong: T): LateValue<T> {
  return {
    produce: (context) => {
      try {
        return make();
      } catch (error) {
        if (context?.preparing && error instanceof SegmentationError) return ifWrong;
        throw error;
      }
    },
  };
}
