import { createMatrix, type Matrix, mapCells, sameShape, transpose } from "../../math/matrix.js";
import { joinColumns } from "../../ops/parts.js";
import { setting } from "../../setting-names.js";
import { computeStep, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import { type Alteration, altering, alterSteps } from "./alter.js";
import type { Mistake } from "./mistake.js";

// What is done wrong in putting the heads together again, and in the projection behind them.

const JOIN = "concat = [context of head 0; …; head H − 1]";

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

function alterOutput(
  trace: Trace,
  alter: (concat: Matrix, step: Step) => Alteration | undefined,
): ReturnType<typeof alterSteps> {
  return alterSteps(trace, (step) => {
    return step.inputs.includes("wo") ? alter(matrixOf(trace, step.inputs[0]), step) : undefined;
  });
}

export function merged(step: Step, merge: (contexts: readonly Matrix[]) => Matrix): Alteration | undefined {
  return step.role === "concatenation" && step.inputs.length > 1 ? { compute: merge } : undefined;
}

const join = (parts: readonly Matrix[]): Matrix => joinColumns.compute(parts, undefined);

/** H × n × d read as n × (H·d). */
export function flattened(contexts: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = contexts;
  const data = Float64Array.from(contexts.flatMap((context) => Array.from(context.data)));
  return { rows, cols: cols * contexts.length, data };
}

/** Column c of head h at c·H + h. */
export function interleaved(contexts: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = contexts;
  const count = contexts.length;
  return createMatrix(
    rows,
    cols * count,
    (row, col) => contexts[col % count].data[row * cols + Math.floor(col / count)],
  );
}

export const MERGING_MISTAKES: readonly Mistake[] = [
  {
    id: "merge-without-transpose",
    step: "concat",
    title: "The heads were put together with a reshape alone, which mixes positions.",
    formula: JOIN,
    fix: "Swap the axes back to n × H × d before reshaping to n × (H·d).",
    apply: altering((step) => merged(step, flattened)),
  },
  {
    id: "heads-reversed",
    step: "concat",
    title: "The heads were put together in reverse order.",
    formula: JOIN,
    fix: "Put the contexts side by side in the order of the heads.",
    apply: altering((step) => merged(step, (contexts) => join([...contexts].reverse()))),
  },
  {
    id: "heads-summed",
    step: "concat",
    title: "The heads were added up instead of put side by side.",
    formula: JOIN,
    fix: "Put the contexts of the heads side by side.",
    apply: ({ trace }) => added(trace, (total) => total),
  },
  {
    id: "heads-averaged",
    step: "concat",
    title: "The heads were averaged instead of put side by side.",
    formula: JOIN,
    fix: "Put the contexts of the heads side by side.",
    apply: ({ trace }) => added(trace, (total, count) => total / count),
  },
  {
    id: "output-projection-missing",
    step: "output",
    title: "The output projection W^O was left out.",
    formula: "O = concat · W^O",
    fix: "Multiply the concatenated heads by W^O.",
    apply: ({ trace }) =>
      alterOutput(trace, (concat, step) =>
        sameShape(concat, step.output()) ? { compute: ([given]) => given } : undefined,
      ),
  },
  {
    id: "output-projection-transposed",
    step: "output",
    title: "W^O was used transposed.",
    formula: "O = concat · W^O",
    fix: `Multiply each row by each column of W^O. If W is meant out × in, say so: ${setting("layout")} out-in.`,
    apply: ({ trace }) =>
      alterOutput(trace, (_, step) => {
        const wo = matrixOf(trace, step.inputs[1]);
        if (wo.rows !== wo.cols) return undefined;
        return { compute: ([concat, w, ...bias]) => computeStep(step, [concat, transpose(w), ...bias]) };
      }),
  },
];
