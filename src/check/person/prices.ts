/**
 * The cost in bits of each fact that an explanation needs. The cheapest explanation is believed. docs/marking.md says
 * how the prices were chosen.
 */
export const PRICES = {
  /** A wrong cell, in addition to the bits that say which cell. */
  slip: 8,
  /** A wrong cell in a step of whole numbers, which have fewer possible values. */
  wholeSlip: 3.5,
  /** A cell that rounding may explain. */
  near: 1.5,
  /** A cell that another version gives than the version that gives most cells. */
  otherVersion: 0.4,
  /** A mistake, in addition to the bits that say which mistake. */
  mistake: 1,
  /** A mistake that was also made in another head. */
  again: 1,
  /** A number per row that another right way fits to the written cells. Later answers confirm it. */
  fittedRow: 4,
} as const;
