import { makeRow, over } from "../rows.js";
import type { Task } from "../task.js";
import {
  type KernelMistake,
  PARTS,
  replacing,
  type SearchContext,
  type Variant,
  variantsOf,
} from "./kernel-mistake.js";

// Mistakes in one array or in one of the two sums of a row only: the others are right. Kernels load each array in its
// own place, and add up the exponentials of a row in another loop than their products with the values.

/** Returns the variants in which only queries, keys or values are those of another one. */
export const ofOneArray = ({ tasks }: SearchContext, { alter, parameters }: Variant): readonly Variant[] =>
  (["keys alone", "queries alone", "values alone"] as const).flatMap((which) => {
    const [one] = PARTS[which];
    return alter && tasks.some((task) => alter(task)[one] !== task[one])
      ? [replacing([one], (task) => alter(task)[one], { ...parameters, which })]
      : [];
  });

/** Makes a mistake in queries, keys or values alone. */
export const inOneArray = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  variants: (given) => variantsOf(mistake, given).flatMap((variant) => ofOneArray(given, variant)),
});

/** Makes a mistake in one sum of a row alone: that of the exponentials, or that of their products with the values. */
export const inOneSum = (mistake: KernelMistake): KernelMistake => ({
  ...mistake,
  isFree: true,
  variants: (given) =>
    given.dump && given.dump.wrongRows.length < MIN_ROWS
      ? []
      : variantsOf(mistake, given).flatMap(({ make, parameters }) =>
          ["the sum of the exponentials", "the sum of the values"].map((only, at) => ({
            parameters: { ...parameters, only },
            make(task: Task, row: number) {
              const [right, other] = [makeRow(task, row), make(task, row)];
              if (!right || !other) return right;
              const ratio = Math.exp(other.logSumExp - right.logSumExp);
              return makeRow(task, row, undefined, () =>
                at === 0 ? over(right.coefficients, ratio) : over(other.coefficients, 1 / ratio),
              );
            },
          })),
        ),
});

/** The minimum number of wrong rows. One factor fits fewer rows by chance. */
const MIN_ROWS = 4;
