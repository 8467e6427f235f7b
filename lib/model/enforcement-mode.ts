/**
 * How far a workload's policy is in force.
 *
 * A new policy starts in `MONITOR`: see what would be blocked, fix the policy, then enforce.
 */
export enum EnforcementMode {
  /** Connections are logged; nothing is blocked. */
  VISIBILITY = 'visibility',

  /** What the policy would block is shown; nothing is blocked. */
  MONITOR = 'monitor',

  /** Whatever no flow allows is blocked. */
  ENFORCE = 'enforce',
}
