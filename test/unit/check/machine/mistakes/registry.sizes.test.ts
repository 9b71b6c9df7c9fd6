import { describe, expect, test } from "vitest";
import { CONDITIONING } from "../../../../../src/check/machine/mistakes/conditioning.js";
import { dropoutMisplaced } from "../../../../../src/check/machine/mistakes/dropout.js";
import { HEADS } from "../../../../../src/check/machine/mistakes/heads.js";
import { type SearchContext, variantsOf } from "../../../../../src/check/machine/mistakes/kernel-mistake.js";
import {
  accumulatedShort,
  PRECISIONS,
  precisionMistakes,
} from "../../../../../src/check/machine/mistakes/lower-precision.js";
import { MASKS } from "../../../../../src/check/machine/mistakes/masks.js";
import { RARE_ONLINE } from "../../../../../src/check/machine/mistakes/online.js";
import { OTHER_ARRAYS } from "../../../../../src/check/machine/mistakes/other-arrays.js";
import { POSITIONS } from "../../../../../src/check/machine/mistakes/positions.js";
import { QK_NORM } from "../../../../../src/check/machine/mistakes/qk-norm.js";
import { RANGES } from "../../../../../src/check/machine/mistakes/ranges.js";
import { KERNEL_MISTAKES, LAST_RESORTS } from "../../../../../src/check/machine/mistakes/registry.js";
import { ROPE_FREQUENCIES } from "../../../../../src/check/machine/mistakes/rope-frequencies.js";
import { SCALE } from "../../../../../src/check/machine/mistakes/scale.js";
import { SINKS } from "../../../../../src/check/machine/mistakes/sinks.js";
import { overColumnsOfFew, overColumnsOfMany } from "../../../../../src/check/machine/mistakes/softmax.js";
import { leastOf } from "../../../../../src/check/machine/mistakes/sums.js";
import { TILES_MISTAKES } from "../../../../../src/check/machine/mistakes/tiles.js";
import type { Task } from "../../../../../src/check/machine/task.js";
import { createMatrix } from "../../../../../src/math/matrix.js";
import { parametersOf, searchContextOf, waysOf } from "../../../../support/kernel-variants.js";

/** An attention of ones: every key weighs alike. */
const onesOf = (queries: number, keys: number): SearchContext => {
  const ones = (rows: number) => Array.from({ length: rows }, () => [1]);
  return searchContextOf({
    ...{ name: "ones", command: "attend", settings: {} },
    matrices: { query: ones(queries), key: ones(keys), value: ones(keys) },
  });
};
/** The same without a run. */
const taskOf = (queries: number, keys: number): Task => ({
  ...{ scope: "", head: 0, scale: 1, emptyRow: "zero", isProjected: false },
  ...{ query: createMatrix(queries, 1), key: createMatrix(keys, 1), value: createMatrix(keys, 1, () => 1) },
});

describe("tiles of sizes that few kernels have", () => {
  test("are the multiples of 8 from 24 to 512 that are no usual tiles, as far as there are more keys", () => {
    const usual = [32, 64, 128, 256];
    const sizesUpTo = (most: number) => {
      const sizes = [];
      for (let size = 24; size <= most; size += 8) if (!usual.includes(size)) sizes.push(size);
      return sizes;
    };
    for (const [keys, most] of [
      [41, 40],
      [40, 24],
      [600, 512],
    ]) {
      const given = { ...onesOf(1, 1), tasks: [taskOf(1, keys)] };
      for (const mistake of RARE_ONLINE) {
        expect(variantsOf(mistake, given).map(({ parameters }) => parameters)).toEqual(
          sizesUpTo(most).flatMap((tile) => {
            // Two tiles meet at one key, whatever the size of the second.
            const said = 2 * tile < keys ? { tile } : { "at key": tile };
            return [said, { ...said, order: "from the last tile" }];
          }),
        );
      }
    }
  });

  test("are tried for both sums and for each", () => {
    expect(RARE_ONLINE.map(({ id }) => id)).toEqual([
      ...["accumulator-not-rescaled", "sum-not-rescaled", "nothing-rescaled"],
    ]);
  });
});

test("what is tried when nothing else is found goes from causes to what is only read off", () => {
  expect(LAST_RESORTS.map((mistakes) => mistakes.map(({ id }) => id))).toEqual([
    ["nan-read", "nan-made"],
    ["inputs-rounded"],
    ["keys-behind-attended", "documents-attended", "sequences-cut-elsewhere"],
    // In one array alone.
    [...POSITIONS, ...ROPE_FREQUENCIES, ...QK_NORM, ...OTHER_ARRAYS].map(({ id }) => id),
    [
      ...["inputs-swapped", "tiles-transposed", "function-surplus", "residual-added", "output-gated"],
      ...["heads-put-together", "output-accumulated", "mask-in-last-tile-only"],
    ],
    SINKS.map(({ id }) => id),
    [...KERNEL_MISTAKES.map(({ id }) => id), "function-surplus"],
    ["query-offset-other"],
    ["other-keys-attended"],
    [...SCALE, ...CONDITIONING].map(({ id }) => id),
    ["keys-read-as-zeros", "keys-dropped", "keys-doubled"],
    [
      "splits-misweighted",
      "tile-repeated",
      "storage-misread",
      "storage-misread",
      "storage-misread",
      "bias-shifted",
      "sum-of-another-row",
      "axes-misread",
      "rescaled-on-condition",
      "rescaled-in-one-loop",
      "rescaled-by-another-row",
      ...["weights-fp8", "weights-in-steps", "exponential-approximated"],
    ],
    [
      ...["rope-surplus", "rope-scaling-surplus", "rotary-size-surplus", "rope-rounded"],
      ...["rope-position-off", "base-off", "storage-misread", "storage-misread", "features-dropped"],
    ],
    // In one sum of a row alone.
    [...MASKS, ...SCALE, ...CONDITIONING, ...RANGES, ...TILES_MISTAKES, dropoutMisplaced].map(({ id }) => id),
    ["splits-misweighted", "splits-misweighted", "rope-position-off"],
    [
      ...[...HEADS, ...OTHER_ARRAYS].map(({ id }) => id),
      "tiles-transposed",
      "function-surplus",
      "storage-misread",
    ],
    [
      ...["softmax-over-columns", "accumulator-not-rescaled", "sum-not-rescaled", "nothing-rescaled"],
      ...["sum-overwritten", "tiles-misweighted"],
    ],
    ["scale-of-another-tile"],
    ["scale-other", "softcap-other", "mask-finite-fill", "bias-scaled", "bias-surplus", "padding-attended"],
    ["accumulated-short"],
    ["values-other-rows", "keys-doubled"],
    ["rows-scaled", "columns-shifted"],
    ["scale-of-rows"],
    ["keys-scaled"],
    ["tiles-misweighted"],
  ]);
});

describe("the least of many", () => {
  test("are few, the least first, and of equal ones the first", () => {
    const numbers = [5, 3, 4, 1, Number.NaN, 1.5, 3];
    expect(leastOf(numbers.entries(), 3, ([, own]) => own)).toEqual([
      [3, 1],
      [5, 1.5],
      [1, 3],
    ]);
    expect(leastOf([Number.NaN, 1, Number.POSITIVE_INFINITY], 3, (own) => own)).toEqual([1]);
  });

  test("are asked for with the most that is of use", () => {
    const limits: number[] = [];
    leastOf([5, 3, 4, 1, 2], 2, (own, limit) => {
      limits.push(limit);
      return own;
    });
    // Of 5 and 3 the larger one, of 4 and 3, of 3 and 1.
    expect(limits).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 5, 4, 3]);
  });
});

test("the softmax over columns is tried at once of 50 000 scores, of more when nothing else is found", () => {
  // Two heads of 250 · 100, and one query more.
  const few = { ...onesOf(1, 1), tasks: [taskOf(250, 100), taskOf(250, 100)] };
  const many = { ...few, tasks: [taskOf(250, 100), taskOf(251, 100)] };
  const count = (given: SearchContext) =>
    [overColumnsOfFew, overColumnsOfMany].map((mistake) => variantsOf(mistake, given).length);
  expect(count(few)).toEqual([1, 0]);
  expect(count(many)).toEqual([0, 1]);
});

test("a sum beyond 65504 is ∞ in float16, so that every weight is 0, whether a maximum was taken off or not", () => {
  const outputs = (keys: number) =>
    waysOf("sum-overflow", { ...onesOf(1, 1), tasks: [taskOf(1, keys)] }).map(({ rows }) => rows[0][0]?.[0]);
  const [notTaken, taken] = outputs(65504);
  expect(taken).toBeCloseTo(1, 9);
  expect(notTaken).toBeCloseTo(1, 9);
  expect(outputs(65505)).toEqual([0, 0]);
});

test("keys are looked up any number of places away, in whole tiles if there are more than 64 keys", () => {
  /** Keys that weigh alike, with their squares for values; key 1 was read in place of key 0. */
  const pagesOf = (keys: number) => {
    const values = Array.from({ length: keys }, (_, key) => [key ** 2]);
    const sum = values.reduce((total, [value]) => total + value, 1);
    return parametersOf(
      "tile-repeated",
      searchContextOf({
        ...{ name: "pages", command: "attend", settings: {} },
        matrices: { query: [[0]], key: values, value: values },
        dump: { head: 0, output: [[sum / keys]], wrongRows: [0] },
      }),
    );
  };
  expect(pagesOf(64)).toContainEqual({ which: "values alone", read: "j + 1", keys: "0" });
  expect(pagesOf(65).map((said) => said?.read)).not.toContain("j + 1");
});

describe("ways of rounding that are less precise than was claimed", () => {
  const rounding = { stored: "float64", roundsInputs: false, roundsScores: false } as const;

  test.each([
    ["float64", []],
    ["float32", [PRECISIONS.float32]],
    ["tf32", [PRECISIONS.tf32, PRECISIONS.float16]],
    ["float16", [PRECISIONS.float16]],
    ["bfloat16", [PRECISIONS.bfloat16]],
  ] as const)("%s", (compute, mistakes) => {
    expect(precisionMistakes({ ...rounding, compute })).toEqual(mistakes);
    expect(precisionMistakes({ ...rounding, compute, sumsShort: true })).toEqual([accumulatedShort]);
  });
});
