import {
  gradientPartOf,
  isNameOfBiasGradient,
  isNameOfLogSumExp,
  isNameOfWeights,
} from "../../attention/names.js";
import { at, type NdArray, within } from "../../math/nd-array.js";
import { type Axes, axesIn, inOrder, plainNameOf, splitAxes } from "./axes.js";
import { type HeadArrays, sizesOfBatch } from "./head-arrays.js";
import { withoutOnes } from "./stored-otherwise.js";

// Splits the results of a kernel into batches and heads, whatever their layout.

/**
 * An answer in a known layout. `part` returns the rows and columns of one head of one batch, or of all heads of it if
 * `head` is left out.
 */
interface LaidOutAnswer {
  /** Whether the answer has heads: in an axis of their own, or side by side in the columns. */
  readonly hasHeads: boolean;
  /** Whether the answer is a sum over the batches. */
  readonly isOfAllBatches: boolean;
  /** The number of heads: of query, or of key and value for their gradients. */
  readonly heads: number;
  readonly isOfKeys: boolean;
  part(batch: number, head?: number): NdArray;
}

/** The kind of an answer, which decides its possible layouts. */
type Kind = "output" | "rows" | "weights" | "biases" | "keys";

/** Returns the kind of an answer, by its name. */
export const kindOf = (key: string): Kind => {
  if (isNameOfLogSumExp(key)) return "rows";
  if (isNameOfWeights(key)) return "weights";
  if (isNameOfBiasGradient(key)) return "biases";
  const part = gradientPartOf(key);
  return part === "key" || part === "value" ? "keys" : "output";
};

/** Usual layouts of answers, heads first or last; m counts keys. */
const ORDERS: Readonly<Record<"output" | "rows" | "weights", readonly string[]>> = {
  output: ["bhsd", "bshd", "sbhd", "hsd", "shd", "bs(hd)", "bsd", "s(hd)", "sd", "bhd"],
  rows: ["bhs", "bsh", "bhs1", "hs", "sh", "hs1", "bs", "s1", "s"],
  weights: ["bhsm", "hsm", "bsm", "sm"],
};

/** Finds the layout of an answer. Returns undefined if none fits. */
export function layOutAnswer(key: string, given: NdArray, arrays: HeadArrays): LaidOutAnswer | undefined {
  const array = withoutOnes(given);
  const kind = kindOf(key);
  const orders = ORDERS[kind === "keys" ? "output" : kind === "biases" ? "weights" : kind];
  const specified = arrays.spec?.of.get(plainNameOf(key));
  // The result of a kernel mostly has the layout of its inputs.
  const asGiven = kind === "output" || kind === "keys" ? [arrays.axes] : [];
  const joined = asGiven.flatMap((axes) => {
    const at = axes.indexOf("h");
    return axes[at + 1] === "d" ? [axes.toSpliced(at, 2, "hd")] : [];
  });
  const unlike = (order: string) => Number(!isLike(order, arrays));
  const usual = orders.toSorted((one, other) => unlike(one) - unlike(other)).map(axesIn);
  const layouts = specified ? [specified] : [...asGiven, ...usual, ...joined];
  for (const axes of layouts) {
    const laidOut = layOutAs(axes, array, kind, arrays);
    if (laidOut) return laidOut;
  }
  return undefined;
}

/** Whether a layout has heads and positions in the same order as query. */
const isLike = (order: string, { isHeadsFirst, sequences }: HeadArrays) => {
  const [h, s] = [order.indexOf("h"), order.indexOf("s")];
  // flash-attention stores log-sum-exps as b, h, s, whatever the layout of the output is.
  if (h < 0 || !order.includes("d")) return true;
  return h < s === (isHeadsFirst && !sequences.isVarlen);
};

function layOutAs(axes: Axes, array: NdArray, kind: Kind, arrays: HeadArrays): LaidOutAnswer | undefined {
  if (axes.length !== array.shape.length) return undefined;
  const { batches, kvHeads, sequences } = arrays;
  const isOfKeys = kind === "keys";
  const heads = isOfKeys ? kvHeads : arrays.heads;
  const view = splitAxes(array, axes, { h: heads });
  if (!view) return undefined;
  const { shape } = view.array;
  const size = (letter: string) => (view.axes.includes(letter) ? shape[view.axes.indexOf(letter)] : 1);
  const rowsOf = isOfKeys ? sequences.keys : sequences.queries;
  const isVarlen = sequences.isVarlen;
  const { queries, keys } = sizesOfBatch(arrays, 0);
  const last = rowsOf(batches - 1);
  const rows = isVarlen ? last.first + last.count : isOfKeys ? keys : queries;
  // The gradient of a bias is a sum over the batches and heads that share it.
  const isShared = (letter: string) => kind === "biases" && size(letter) === 1;
  const isOfAllBatches = isShared("b") && batches > 1;
  const hasHeads = view.axes.includes("h") && !(isShared("h") && heads > 1);
  const isRight =
    (isOfAllBatches || size("b") === (isVarlen ? 1 : batches)) &&
    (!hasHeads || size("h") === heads) &&
    (isVarlen ? size("s") >= rows : size("s") === rows) &&
    (!view.axes.includes("m") || size("m") === keys) &&
    size("1") === 1 &&
    (hasHeads || isShared("h") || heads === 1 || view.axes.includes("d"));
  // Weights of concatenated sequences have different shapes, so they are not one array.
  if (!isRight || (isVarlen && view.axes.includes("m"))) return undefined;
  const columns = view.axes.find((axis) => axis === "d" || axis === "m");
  const letters = view.axes.map((axis) => (axis === "1" || axis === columns ? "d" : axis)) as Axes;
  const ordered = inOrder(view.array, letters);
  return {
    hasHeads,
    isOfAllBatches,
    heads,
    isOfKeys,
    part(batch, head) {
      const { first, count } = rowsOf(batch);
      const inBatch = within(at(ordered, 0, isVarlen || isOfAllBatches ? 0 : batch), 1, first, count);
      if (!hasHeads) return at(inBatch, 0, 0);
      return head === undefined ? inBatch : at(inBatch, 0, head);
    },
  };
}
