/** How bad a breach of the workload would be. Analyses weigh reach by it. */
export enum Criticality {
  /** A loss that nobody outside the team would notice. */
  LOW = 'low',

  /** A loss that business gets over within days. */
  MEDIUM = 'medium',

  /** A loss that stops business. */
  HIGH = 'high',

  /** What an attacker is after: the data or function that the company lives on. */
  CROWN_JEWEL = 'crown-jewel',
}
