import { type Sheet, significantIn, usualDecimals } from "./answers.js";

/** How precisely a person works: to significant digits, else to decimals. */
export interface Precision {
  readonly significant: number | undefined;
  /** The decimals of the steps that nothing else is known of. */
  readonly usual: number;
  /** By step, where a step was written with others. */
  readonly others: ReadonlyMap<string, number>;
}

/** How precisely a sheet is worked, as it was written. */
export function precisionOf(sheet: Sheet): Precision {
  const significant = significantIn(sheet);
  const usual = usualDecimals(sheet);
  const others = Array.from(sheet).flatMap(([key, { decimals }]) =>
    // Whole numbers say nothing of how they were rounded.
    decimals === 0 || decimals === usual ? [] : [[key, decimals] as const],
  );
  return { significant, usual, others: new Map(significant === undefined ? others : []) };
}

/** Equal for sheets that are worked equally precisely. */
export const precisionKey = ({ significant, usual, others }: Precision): string =>
  significant === undefined ? JSON.stringify([usual, ...others]) : `${significant} digits`;
