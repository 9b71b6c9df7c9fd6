import { powerRule } from "../../attention/positions/sinusoidal.js";
import { cellOf, createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import type { Convention, Step, Trace } from "../../trace/trace.js";
import { alterSteps } from "./alter.js";
import { findBase } from "./base.js";
import type { Mistake } from "./mistake.js";

// What is done wrong in sin and cos of pos / base^(2i/d). Rates, angles and waves are found by their ops, so that RoPE,
// alone or in the heads of a layer, is seen as well. Every alteration works on what the step makes, so that two can meet.

const FORMULA = "PE(pos, 2i) = sin(pos / base^(2i/d)), PE(pos, 2i+1) = cos of the same angle";

/** What each rate ω = base^(−exponent) becomes when all exponents are multiplied by a factor. */
export function withExponents(trace: Trace, factor: number): readonly Trace[] {
  return alterSteps(trace, (step) =>
    step.op === "frequency-powers"
      ? { compute: (inputs) => mapCells(step.compute(inputs), (rate) => rate ** factor) }
      : undefined,
  );
}

/** The table of sines and cosines made in another way from its angles; nothing where there is no such table. */
function withTable(
  trace: Trace,
  make: (step: Step, inputs: readonly Matrix[], pairs: number) => Matrix,
): readonly Trace[] {
  return alterSteps(trace, (step) =>
    step.op === "sinusoids" && step.id === "encoding"
      ? { compute: (inputs) => make(step, inputs, inputs[0].cols) }
      : undefined,
  );
}

const stated = (trace: Trace, name: string): Convention["value"] | undefined =>
  trace.conventions.find((convention) => convention.name === name)?.value;

const isInterleaved = (trace: Trace) => stated(trace, "columns") === "interleaved";

function restate(traces: readonly Trace[], name: string, value: string): readonly Trace[] {
  return traces.map((trace) => ({
    ...trace,
    conventions: trace.conventions.map((convention) =>
      convention.name === name ? { name, value } : convention,
    ),
  }));
}

/** Cosines of angles that are `slower` times those of the sines beside them. */
function withSlowerCosines(trace: Trace, slower: number): readonly Trace[] {
  return withTable(trace, (step, inputs, pairs) => {
    const table = step.compute(inputs);
    const [angles, ...rest] = inputs;
    const slow = step.compute([mapCells(angles, (angle) => angle * slower), ...rest]);
    return mapCells(table, (value, row, col) => {
      const isSine = isInterleaved(trace) ? col % 2 === 0 : col < pairs;
      return isSine ? value : cellOf(slow, row, col);
    });
  });
}

/** What one column more in the exponent does to an angle: base^(−1/d) by the paper's rule. */
function columnRatio(trace: Trace): number {
  const cols = trace.steps.find(({ id }) => id === "encoding")?.output().cols ?? 2;
  const isPaper = stated(trace, "exponent") === "paper";
  const { step, denominator } = powerRule(isPaper ? "paper" : "half-minus-one", cols);
  return Number(stated(trace, "base")) ** (-step / denominator / 2);
}

export const cosOwnExponent: Mistake = {
  id: "cos-own-exponent",
  step: "encoding",
  title:
    "The cosine has an exponent of its own, (2i+1)/d, so its angle is not the angle of the sine beside it.",
  formula: FORMULA,
  fix: "Work out one angle for each pair of columns, and take both its sine and its cosine.",
  apply: ({ trace }) => withSlowerCosines(trace, columnRatio(trace)),
};

export const exponentByColumn: Mistake = {
  id: "exponent-by-column",
  step: "encoding",
  title: "The number of the column stands in the exponent, where the number of the pair belongs.",
  formula: FORMULA,
  fix: "Columns 2i and 2i + 1 are pair i and share the exponent 2i/d: 0, 0, 2/d, 2/d, 4/d, 4/d, …",
  apply({ trace }) {
    if (!isInterleaved(trace)) return [];
    const byTwice = withExponents(trace, 2).flatMap((twice) =>
      withSlowerCosines(twice, columnRatio(trace) ** 2),
    );
    return [...byTwice, ...withSlowerCosines(trace, columnRatio(trace))];
  },
};

export const exponentDoubled: Mistake = {
  id: "exponent-doubled",
  step: "angles",
  title: "The exponent was doubled: 4i/d instead of 2i/d.",
  formula: FORMULA,
  fix: "i counts the pairs, 0, 1, 2, …: where it already runs over the even columns, the exponent is i/d.",
  apply: ({ trace }) => withExponents(trace, 2),
};

const exponentOf = (altered: Trace) =>
  stated(altered, "columns") === "halves" ? "--convention tensor2tensor" : "--exponent half-minus-one";

export const exponentHalfMinusOne: Mistake = {
  id: "exponent-half-minus-one",
  step: "angles",
  title: "The exponent i/(d/2 − 1) of tensor2tensor was used instead of the paper's 2i/d.",
  formula: FORMULA,
  fix: "Divide by base^(2i/d): the last pair does not reach the base itself.",
  convention: exponentOf,
  apply({ trace }) {
    const cols = trace.steps.find(({ id }) => id === "encoding")?.output().cols ?? 0;
    if (stated(trace, "exponent") !== "paper" || cols < 4) return [];
    const { step, denominator } = powerRule("half-minus-one", cols);
    const other = withExponents(trace, (step / denominator) * (cols / 2));
    const alone = restate(other, "exponent", "half-minus-one");
    return [...alone, ...alone.flatMap(halved)];
  },
};

export const exponentPaper: Mistake = {
  id: "exponent-paper",
  step: "angles",
  title: "The paper's exponent 2i/d was used instead of i/(d/2 − 1).",
  formula: "ω_i = 1 / base^(i/(d/2 − 1))",
  fix: "Divide by base^(i/(d/2 − 1)): the last pair reaches the base itself.",
  convention: "--exponent paper",
  apply({ trace }) {
    const cols = trace.steps.find(({ id }) => id === "encoding")?.output().cols ?? 0;
    if (stated(trace, "exponent") !== "half-minus-one" || cols < 4) return [];
    const { step, denominator } = powerRule("half-minus-one", cols);
    return withExponents(trace, 2 / cols / (step / denominator));
  },
};

/** The columns of a table in another order. */
function withColumns(trace: Trace, from: (col: number, pairs: number) => number): readonly Trace[] {
  return withTable(trace, (step, inputs, pairs) => {
    const table = step.compute(inputs);
    return createMatrix(table.rows, table.cols, (row, col) =>
      cellOf(table, row, col < 2 * pairs ? from(col, pairs) : col),
    );
  });
}

/** All sines, then all cosines, out of a table in which they alternate. */
function halved(trace: Trace): readonly Trace[] {
  if (!isInterleaved(trace)) return [];
  const columns = withColumns(trace, (col, pairs) => (col < pairs ? 2 * col : 2 * (col - pairs) + 1));
  return restate(columns, "columns", "halves");
}

export const sinCosHalves: Mistake = {
  id: "sin-cos-halves",
  step: "encoding",
  title: "All sines stand first, then all cosines; here they alternate.",
  formula: FORMULA,
  fix: "Put the cosine of each angle right behind its sine.",
  convention: "--columns halves",
  apply: ({ trace }) => halved(trace),
};

export const sinCosInterleaved: Mistake = {
  id: "sin-cos-interleaved",
  step: "encoding",
  title: "Sines and cosines alternate; here all sines come first, then all cosines.",
  formula: "PE(pos, i) = sin(pos·ω_i), PE(pos, d/2+i) = cos(pos·ω_i)",
  fix: "Put the sines into the first half of the columns and the cosines into the second.",
  convention: "--columns interleaved",
  apply: ({ trace }) =>
    isInterleaved(trace)
      ? []
      : withColumns(trace, (col, pairs) => (col % 2 === 0 ? col / 2 : pairs + (col - 1) / 2)),
};

export const sinCosSwapped: Mistake = {
  id: "sin-cos-swapped",
  step: "encoding",
  title: "Sine and cosine are swapped: the cosine comes first.",
  formula: FORMULA,
  fix: "The first column of a pair is the sine. At position 0 a row starts 0, 1, not 1, 0.",
  apply: ({ trace }) =>
    withColumns(trace, (col, pairs) => {
      if (isInterleaved(trace)) return col % 2 === 0 ? col + 1 : col - 1;
      return (col + pairs) % (2 * pairs);
    }),
};

export const angleInDegrees: Mistake = {
  id: "angle-in-degrees",
  step: "encoding",
  title: "The angles were taken for degrees.",
  formula: "sin(pos·ω), cos(pos·ω), in radians",
  fix: "Set the calculator to radians: sin 1 = 0.8415, not 0.0175.",
  apply: ({ trace }) =>
    alterSteps(trace, (step) => {
      if (step.op !== "sinusoids") return undefined;
      const toRadians = (angle: number) => (angle * Math.PI) / 180;
      return { compute: ([angles, ...rest]) => step.compute([mapCells(angles, toRadians), ...rest]) };
    }),
};

export const positionFromOne: Mistake = {
  id: "position-from-one",
  step: "angles",
  title: "The positions were counted one too high: the first row was taken for position 1.",
  formula: "angle = pos·ω, with pos as the rows are labelled",
  fix: "Start at the position of the first row, which is 0 when nothing else is said: sin 0 = 0, cos 0 = 1.",
  apply: ({ trace }) =>
    alterSteps(trace, (step) =>
      step.op === "angles"
        ? {
            compute: ([rates]) =>
              mapCells(step.compute([rates]), (angle, _, pair) => angle + rates.data[pair]),
          }
        : undefined,
    ),
};

export const baseOff: Mistake = {
  id: "base-off",
  step: "angles",
  title: "Another base stands under the exponent.",
  formula: "ω_i = 1 / base^(2i/d), with the base of the task: 10000 when nothing else is said",
  fix: "Divide the position by the power of the base that the task gives.",
  convention: (altered) => `--base ${stated(altered, "base")}`,
  apply: ({ trace }, sheet) => {
    const right = Number(stated(trace, "base"));
    const withBase = (base: number) =>
      restate(withExponents(trace, Math.log(base) / Math.log(right)), "base", String(base));
    return right > 1 ? findBase(trace, sheet, right, withBase) : [];
  },
};

/** The exact descriptions come before those that fit by chance: a doubled exponent is a squared base, too. */
export const POSITION_MISTAKES: readonly Mistake[] = [
  ...[sinCosSwapped, sinCosHalves, sinCosInterleaved, exponentHalfMinusOne, exponentPaper, cosOwnExponent],
  ...[exponentByColumn, exponentDoubled, angleInDegrees, positionFromOne, baseOff],
];
