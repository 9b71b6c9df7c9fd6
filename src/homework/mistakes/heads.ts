import { createMatrix, type Matrix, mapCells, transpose } from "../../math/matrix.js";
import { joinColumns } from "../../trace/ops/product.js";
import { findStep, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import { type Alteration, alterSteps, sameShape } from "./alter.js";
import type { Mistake } from "./mistake.js";

// What is done wrong in cutting Q, K and V into heads and putting the heads together again.

const SPLIT = "head h takes the columns h·d … (h + 1)·d − 1";
const JOIN = "concat = [context of head 0; …; head H − 1]";

export const headsSingle: Mistake = {
  id: "heads-single",
  step: "scores",
  title: "The heads were not separated: one wide head was computed.",
  ...{
    formula: SPLIT,
    fix: "Cut Q, K and V into heads first; each head has scores and a softmax of its own.",
  },
  apply: ({ problem, record, trace }) => {
    if (countHeads(trace) < 2) return [];
    const { headSize: _, ...settings } = { headSize: 0, ...problem.settings };
    try {
      return [record({ ...problem, settings: { ...settings, heads: 1, kvHeads: 1 } })];
    } catch {
      return []; // with grouped heads, Q and K are not equally wide
    }
  },
};

export const headsReshapeWithoutTranspose: Mistake = {
  id: "heads-reshape-without-transpose",
  step: "q",
  title: "The heads were cut with a reshape alone, which mixes positions.",
  ...{ formula: SPLIT, fix: "Reshape n × (H·d) to n × H × d, then swap the first two axes." },
  apply: ({ trace }) => [
    ...alterSteps(trace, (step) => resliced(trace, step, reshaped)),
    ...alterSteps(trace, (step) => resliced(trace, step, reshaped) ?? merged(step, flattened)),
  ],
};

export const headsStrided: Mistake = {
  id: "heads-strided",
  step: "q",
  title: "Each head took every H-th column instead of neighbouring ones.",
  ...{ formula: SPLIT, fix: "The columns of a head are neighbours." },
  apply: ({ trace }) => [
    ...alterSteps(trace, (step) => resliced(trace, step, strided)),
    ...alterSteps(trace, (step) => resliced(trace, step, strided) ?? merged(step, interleaved)),
  ],
};

/** One number of a head's own matrix, found in the whole one. */
type Cut = (whole: Matrix, head: number, size: number, row: number, col: number) => number;

const reshaped: Cut = (whole, head, size, row, col) => whole.data[(head * whole.rows + row) * size + col];

const strided: Cut = (whole, head, size, row, col) =>
  whole.data[row * whole.cols + col * (whole.cols / size) + head];

/** A head's own Q, K or V, cut in another way. */
function resliced(trace: Trace, step: Step, cut: Cut): Alteration | undefined {
  const head = headOf(step);
  if (head === undefined || !["q", "k", "v"].includes(step.id)) return undefined;
  const size = step.output().cols;
  const numHeads = matrixOf(trace, step.inputs[0]).cols / size;
  const index = Math.floor((head * numHeads) / countHeads(trace));
  return {
    compute: ([whole]) => createMatrix(whole.rows, size, (row, col) => cut(whole, index, size, row, col)),
  };
}

export const mergeWithoutTranspose: Mistake = {
  id: "merge-without-transpose",
  step: "concat",
  title: "The heads were put together with a reshape alone, which mixes positions.",
  ...{ formula: JOIN, fix: "Swap the axes back to n × H × d before reshaping to n × (H·d)." },
  apply: ({ trace }) => alterSteps(trace, (step) => merged(step, flattened)),
};

export const headsReversed: Mistake = {
  id: "heads-reversed",
  step: "concat",
  title: "The heads were put together in reverse order.",
  ...{ formula: JOIN, fix: "Head 0 comes first." },
  apply: ({ trace }) =>
    alterSteps(trace, (step) => merged(step, (contexts) => join([...contexts].reverse()))),
};

export const headsSummed: Mistake = {
  id: "heads-summed",
  step: "concat",
  title: "The heads were added up instead of put side by side.",
  ...{ formula: JOIN, fix: "Put the contexts of the heads side by side." },
  apply: ({ trace }) => added(trace, (total) => total),
};

export const headsAveraged: Mistake = {
  id: "heads-averaged",
  step: "concat",
  title: "The heads were averaged instead of put side by side.",
  ...{ formula: JOIN, fix: "Put the contexts of the heads side by side." },
  apply: ({ trace }) => added(trace, (total, count) => total / count),
};

/** The heads added up: repeated for every head, or met by the first rows of W^O alone. */
function added(trace: Trace, share: (total: number, count: number) => number): readonly Trace[] {
  const addUp = (contexts: readonly Matrix[]) =>
    mapCells(contexts[0], (_, row, col) =>
      share(
        contexts.reduce((total, { data, cols }) => total + data[row * cols + col], 0),
        contexts.length,
      ),
    );
  const padded = (contexts: readonly Matrix[]) =>
    join(contexts.map((context, head) => (head === 0 ? addUp(contexts) : mapCells(context, () => 0))));
  return [
    ...alterSteps(trace, (step) => merged(step, (contexts) => join(contexts.map(() => addUp(contexts))))),
    ...alterSteps(trace, (step) => merged(step, padded)),
  ];
}

export const kvHeadsTiled: Mistake = {
  id: "kv-heads-tiled",
  step: "k",
  title: "Query head h read kv head h mod G instead of sharing with its neighbours.",
  formula: "query head h reads kv head ⌊h·G/H⌋",
  fix: "Neighbouring query heads share one kv head.",
  apply: ({ trace }) =>
    alterSteps(trace, (step) => {
      const head = headOf(step);
      if (head === undefined || !["k", "v"].includes(step.id)) return undefined;
      const size = step.output().cols;
      const numKvHeads = matrixOf(trace, step.inputs[0]).cols / size;
      if (numKvHeads === countHeads(trace)) return undefined;
      const first = (head % numKvHeads) * size;
      return {
        compute: ([whole]) =>
          createMatrix(whole.rows, size, (row, col) => whole.data[row * whole.cols + first + col]),
      };
    }),
};

export const outputProjectionMissing: Mistake = {
  id: "output-projection-missing",
  step: "output",
  title: "The output projection W^O was left out.",
  formula: "O = concat · W^O",
  fix: "Multiply the concatenated heads by W^O.",
  apply: ({ trace }) =>
    alterOutput(trace, (concat, step) =>
      sameShape(concat, step.output()) ? { compute: ([given]) => given } : undefined,
    ),
};

export const outputProjectionTransposed: Mistake = {
  id: "output-projection-transposed",
  step: "output",
  title: "W^O was used transposed.",
  formula: "O = concat · W^O",
  fix: "Multiply each row by each column of W^O. If W is meant out × in, say so: --layout out-in.",
  apply: ({ trace }) =>
    alterOutput(trace, (_, step) => {
      const wo = matrixOf(trace, step.inputs[1]);
      if (wo.rows !== wo.cols) return undefined;
      return { compute: ([concat, w, ...bias]) => step.compute([concat, transpose(w), ...bias]) };
    }),
};

function alterOutput(
  trace: Trace,
  alter: (concat: Matrix, step: Step) => Alteration | undefined,
): ReturnType<typeof alterSteps> {
  return alterSteps(trace, (step) => {
    if (step.scope !== "" || step.id !== "output" || !step.inputs.includes("wo")) return undefined;
    return alter(matrixOf(trace, step.inputs[0]), step);
  });
}

function merged(step: Step, merge: (contexts: readonly Matrix[]) => Matrix): Alteration | undefined {
  return step.scope === "" && step.id === "concat" && step.inputs.length > 1 ? { compute: merge } : undefined;
}

const join = (parts: readonly Matrix[]): Matrix => joinColumns.compute(parts, undefined);

/** H × n × d read as n × (H·d). */
function flattened(contexts: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = contexts;
  const data = Float64Array.from(contexts.flatMap((context) => Array.from(context.data)));
  return { rows, cols: cols * contexts.length, data };
}

/** Column c of head h at c·H + h. */
function interleaved(contexts: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = contexts;
  const count = contexts.length;
  return createMatrix(
    rows,
    cols * count,
    (row, col) => contexts[col % count].data[row * cols + Math.floor(col / count)],
  );
}

function headOf({ scope }: Step): number | undefined {
  const number = /^head (\d+)$/.exec(scope)?.[1];
  return number === undefined ? undefined : Number(number);
}

function countHeads(trace: Trace): number {
  return findStep(trace, "concat")?.inputs.length ?? 0;
}

export const HEAD_MISTAKES: readonly Mistake[] = [
  ...[headsSingle, headsReshapeWithoutTranspose, headsStrided, mergeWithoutTranspose, headsReversed],
  ...[headsSummed, headsAveraged, kvHeadsTiled, outputProjectionMissing, outputProjectionTransposed],
];
