import { setting } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { cellOf, createMatrix, type Matrix, mapCells } from "../../math/matrix.js";
import { joinColumns } from "../../ops/parts.js";
import type { Step, Trace } from "../../trace/trace.js";
import { type Alter, type Alteration, altering, alterSteps, passOn, transposeInput } from "./alter.js";
import { type Mistake, mistakesAt } from "./mistake.js";

// Mistakes in joining the heads, and in the projection after that.

/** Adds the heads. The sum is repeated for every head, or multiplied by only the first rows of W^O. */
function added(trace: Trace, share: (total: number, count: number) => number): readonly Trace[] {
  const addUp = (contexts: readonly Matrix[]) =>
    mapCells(contexts[0], (_, row, col) =>
      share(
        sumOver(contexts, (context) => cellOf(context, row, col)),
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

/** Returns how a mistake is applied that is made in the projection of the joined heads. */
const alteringOutput = (alter: Alter): Mistake["apply"] =>
  altering((step, trace) => (step.inputs.includes("wo") ? alter(step, trace) : undefined));

export function merged(step: Step, merge: (contexts: readonly Matrix[]) => Matrix): Alteration | undefined {
  return step.role === "concat" && step.inputs.length > 1 ? { compute: merge } : undefined;
}

const join = (parts: readonly Matrix[]): Matrix => joinColumns.compute(parts, undefined);

/** Reads H × n × d as n × (H·d). */
export function flattened(contexts: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = contexts;
  const data = Float64Array.from(contexts.flatMap((context) => Array.from(context.data)));
  return { rows, cols: cols * contexts.length, data };
}

/** Puts column c of head h at c·H + h. */
export function interleaved(contexts: readonly Matrix[]): Matrix {
  const [{ rows, cols }] = contexts;
  const count = contexts.length;
  return createMatrix(
    rows,
    cols * count,
    (row, col) => contexts[col % count].data[row * cols + Math.floor(col / count)],
  );
}

const joining = mistakesAt("concat", "concat = [context of head 0; …; head H − 1]");
const projecting = mistakesAt("output", "O = concat · W^O");

const addedUp = (id: string, done: string, share: (total: number, count: number) => number): Mistake =>
  joining({
    id,
    title: `The heads were ${done} instead of put side by side.`,
    fix: "Put the contexts of the heads side by side.",
    apply: ({ trace }) => added(trace, share),
  });

export const MERGING_MISTAKES: readonly Mistake[] = [
  joining({
    id: "merge-without-transpose",
    title: "The heads were joined only by a reshape, which mixes positions.",
    fix: "Swap the axes back to n × H × d before reshaping to n × (H·d).",
    apply: altering((step) => merged(step, flattened)),
  }),
  joining({
    id: "heads-reversed",
    title: "The heads were joined in reverse order.",
    fix: "Put the contexts side by side in the order of the heads.",
    apply: altering((step) => merged(step, (contexts) => join([...contexts].reverse()))),
  }),
  addedUp("heads-summed", "added up", (total) => total),
  addedUp("heads-averaged", "averaged", (total, count) => total / count),
  projecting({
    id: "output-projection-missing",
    title: "The output projection W^O was left out.",
    fix: "Multiply the concatenated heads by W^O.",
    apply: alteringOutput((step, trace) => passOn(trace, step)),
  }),
  projecting({
    id: "output-projection-transposed",
    title: "W^O was used transposed.",
    fix: `Multiply each row by each column of W^O. If W is stored out × in, add ${setting("layout")} out-in.`,
    apply: alteringOutput((step, trace) => transposeInput(trace, step, 1)),
  }),
];
