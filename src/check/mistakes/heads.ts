import { hasRole } from "../../attention/steps.js";
import { createMatrix, type Matrix } from "../../math/matrix.js";
import { indexIn, matrixOf, type Step, type Trace } from "../../trace/trace.js";
import { type Alteration, altering, alterSteps, findRole } from "./alter.js";
import { flattened, interleaved, merged } from "./merging.js";
import { familyOf, type Mistake, recordOther } from "./mistake.js";

// Mistakes in splitting Q, K and V into heads.

const SPLIT = "head h takes the columns h·d … (h + 1)·d − 1";

/** Returns one number of a head's matrix, from the whole matrix. */
type Cut = (whole: Matrix, head: number, size: number, row: number, col: number) => number;

const neighbours: Cut = (whole, head, size, row, col) => whole.data[row * whole.cols + head * size + col];

const reshaped: Cut = (whole, head, size, row, col) => whole.data[(head * whole.rows + row) * size + col];

const strided: Cut = (whole, head, size, row, col) =>
  whole.data[row * whole.cols + col * (whole.cols / size) + head];

/** Returns the head of K or V that a query head reads: neighbours share one. */
const sharedHead = (head: number, count: number, of: number) => Math.floor((head * of) / count);

/** Splits Q, K or V into heads in another way. */
function resliced(trace: Trace, step: Step, cut: Cut, headFor = sharedHead): Alteration | undefined {
  const own = indexIn(step.scope, "head");
  if (own === undefined || !hasRole(step, "head-q", "head-k", "head-v")) return undefined;
  const size = step.output().cols;
  const head = headFor(own, countHeads(trace), matrixOf(trace, step.inputs[0]).cols / size);
  return {
    compute: ([whole]) => createMatrix(whole.rows, size, (row, col) => cut(whole, head, size, row, col)),
  };
}

/** Splits the heads in another way, and joins them as usual or by the reverse of that way. */
const cutting =
  (cut: Cut, merge: (contexts: readonly Matrix[]) => Matrix): Mistake["apply"] =>
  ({ trace }) => [
    ...alterSteps(trace, (step) => resliced(trace, step, cut)),
    ...alterSteps(trace, (step) => resliced(trace, step, cut) ?? merged(step, merge)),
  ];

export const kvHeadsTiled: Mistake = {
  id: "kv-heads-tiled",
  step: "k",
  title: "Query head h read kv head h mod G instead of sharing with its neighbours.",
  formula: "query head h reads kv head ⌊h·G/H⌋",
  fix: "Neighbouring query heads share one kv head.",
  apply: altering((step, trace) => {
    if (!hasRole(step, "head-k", "head-v")) return undefined;
    const isShared = step.output().cols * countHeads(trace) !== matrixOf(trace, step.inputs[0]).cols;
    return isShared ? resliced(trace, step, neighbours, (head, _, of) => head % of) : undefined;
  }),
};

function countHeads(trace: Trace): number {
  return findRole(trace, "concat")?.inputs.length ?? 0;
}

export const HEAD_MISTAKES = familyOf({ step: "q", formula: SPLIT }, [
  {
    id: "heads-single",
    step: "scores",
    title: "The heads were not separated: one wide head was computed.",
    fix: "Divide Q, K and V into heads first; each head has its own scores and softmax.",
    apply: (homework) => {
      if (countHeads(homework.trace) < 2) return [];
      // With grouped heads, Q and K have different widths.
      const one = recordOther(homework, { heads: 1, kvHeads: 1, headSize: undefined });
      return one ? [one] : [];
    },
  },
  {
    id: "heads-reshape-without-transpose",
    title: "The heads were separated only by a reshape, which mixes positions.",
    fix: "Reshape n × (H·d) to n × H × d, then swap the first two axes.",
    apply: cutting(reshaped, flattened),
  },
  {
    id: "heads-strided",
    title: "Each head took every H-th column instead of neighbouring ones.",
    fix: "The columns of a head are neighbours.",
    apply: cutting(strided, interleaved),
  },
  kvHeadsTiled,
]);
