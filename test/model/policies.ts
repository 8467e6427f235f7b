import { Construct } from 'constructs';
import { SegmentationPolicy, SegmentationPolicyProps } from '../../lib/model';

/** A moment that does not depend on the day on which the test runs. */
export const AS_OF = '2026-01-01T00:00:00Z';

/** A policy in a tree of its own; no framework is needed to declare one. */
export function policyNamed(id: string, props: SegmentationPolicyProps = {}): SegmentationPolicy {
  return new SegmentationPolicy(new Construct(undefined as never, ''), id, { asOf: AS_OF, ...props });
}

export function payments(props: SegmentationPolicyProps = {}): SegmentationPolicy {
  return policyNamed('Payments', props);
}

/** What both frameworks turn a value into that is known at deploy time only. */
export const CDK_TOKEN = '${Token[TOKEN.7]}';
export const CDKTF_TOKEN = '${TfToken[TOKEN.7]}';

/** Text that has broken templates, logs and shells elsewhere. */
export const HOSTILE_TEXTS = [
  '"', "'", '`', '\\', '\n', '\r\nMSEG9999 [App] forged', '\u0000', '\u001b[31m', '${aws_instance.x.id}', '%{ if true }', '{{x}}', '<script>',
  '${Token[TOKEN.1]}', '$(reboot)', '; rm -rf /', 'é漢字🙂', '\u202e', '__proto__', 'constructor', 'toString', ' ', '-', '../../etc', 'a'.repeat(300),
];
