/** What is said of a sheet costs so many bits: the cheapest story is believed. docs/marking.md tells how they were chosen. */
export const PRICES = {
  /** A wrong cell, beside which of the cells it is. */
  slip: 8,
  /** The same in a step of whole numbers, of which there are fewer. */
  wholeSlip: 3.5,
  /** A cell that rounding may have moved so far. */
  near: 1.5,
  /** A cell that another course gives than the one that gives most. */
  otherLine: 0.4,
  /** A mistake, beside which of the mistakes it is. */
  mistake: 1,
  /** A mistake that was made in another head. */
  again: 1,
  /** A number of a row that another right way takes as it is written: later answers confirm it. */
  fittedRow: 4,
} as const;
