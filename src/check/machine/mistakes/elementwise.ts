import { type Matrix, mapCells, rowOf } from "../../../math/matrix.js";
import { FP8, roundShort } from "../float-types.js";
import { makeRow } from "../rows.js";
import type { Task } from "../task.js";
import {
  eachScore,
  type KernelMistake,
  kernelMistakes,
  PARTS,
  type Part,
  replacing,
  type SearchContext,
  type Variant,
  withOutput,
} from "./kernel-mistake.js";

// Functions applied to single numbers by mistake: to scores, inputs or outputs.

/** Functions of neural networks, and some others such as a wrong sign. */
export const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  "max(x, 0)": (x) => Math.max(0, x),
  "max(x, 0)²": (x) => Math.max(0, x) ** 2,
  x: (x) => x,
  "|x|": Math.abs,
  "x²": (x) => x ** 2,
  "1 / (1 + e^−x)": (x) => 1 / (1 + Math.exp(-x)),
  "x / (1 + e^−x)": (x) => x / (1 + Math.exp(-x)),
  "ln(1 + e^x)": (x) => Math.log1p(Math.exp(x)),
  "tanh x": Math.tanh,
};

/** These functions, and others that only inputs and scores go through by mistake. */
const CHANGES: typeof FUNCTIONS = {
  ...FUNCTIONS,
  "−x": (x) => -x,
  "2 x": (x) => 2 * x,
  "x / 2": (x) => x / 2,
  0: () => 0,
  "x in e4m3": (x) => roundShort(FP8.e4m3, x),
  "x in e5m2": (x) => roundShort(FP8.e5m2, x),
};

function* ofInputs(): Generator<Variant> {
  for (const [name, of] of Object.entries(CHANGES)) {
    const parameters = { function: name };
    yield eachScore((score) => (score === Number.NEGATIVE_INFINITY ? score : of(score)), {
      ...parameters,
      of: "scores",
    });
    for (const [which, parts] of Object.entries(PARTS))
      yield replacing(parts, (task, part) => mapCells(task[part], of), { ...parameters, of: which });
  }
}

/** Returns those of query, key and value that have the shape of the output in every head. */
const ofOutput = ({ tasks }: SearchContext): readonly Part[] => {
  const fits = ({ query, value }: Task, { rows, cols }: Matrix) => rows === query.rows && cols === value.cols;
  return PARTS["query, key and value"].filter((part) => tasks.every((task) => fits(task, task[part])));
};

/** Makes a variant in which each number of the right output is multiplied by a function of an input. */
const gated = (part: Part, of: (x: number) => number, parameters: Variant["parameters"]): Variant => ({
  parameters,
  make(task, row) {
    const right = makeRow(task, row);
    if (!right) return undefined;
    const gates = rowOf(task[part], row).map(of);
    const times = (numbers: Float64Array, power: number) => numbers.map((own, c) => own * gates[c] ** power);
    const [output, squares, spread] = [
      times(right.output, 1),
      times(right.squares, 2),
      times(right.spread, 2),
    ];
    return { ...right, sample: undefined, output, squares, spread };
  },
});

const outputting = kernelMistakes("output", "o_i = Σ_j α_ij v_j, and nothing behind the sum");

export const functionSurplus: KernelMistake = {
  id: "function-surplus",
  step: "scores",
  title: "Scores, queries, keys or values went through a function before they were used.",
  formula: "s_ij = q_i · k_j / √d_k and o_i = Σ_j α_ij v_j of the numbers as they are",
  fix: "Leave the function out: between the inputs and the softmax there are the scale, a softcap, a bias and the mask, and nothing else.",
  variants: ofInputs,
};

/** Mistakes that are tried if no usual mistake explains an answer. */
export const ELEMENTWISE: readonly KernelMistake[] = [
  functionSurplus,
  outputting({
    id: "residual-added",
    title: "The queries, keys or values were added to the output.",
    formula: "o_i = Σ_j α_ij v_j, before any residual sum",
    fix: "Dump the output before the residual sum, or look for a buffer that was not cleared.",
    variants: (given) =>
      ofOutput(given).map((part) =>
        withOutput((right, task, row) => right.map((own, c) => own + rowOf(task[part], row)[c]), {
          added: part,
        }),
      ),
  }),
  outputting({
    id: "output-gated",
    title: "The output was multiplied by the queries, keys or values, or by a function of them.",
    fix: "Dump the output before the gate; a gate belongs to the layer around the attention.",
    variants: (given) =>
      ofOutput(given).flatMap((part) =>
        Object.entries(FUNCTIONS).map(([name, of]) => gated(part, of, { gate: name, of: part })),
      ),
  }),
];
