import { gradientPartOf, splitHead } from "../../attention/names.js";
import { upTo } from "../../math/lists.js";
import { refuseIn } from "../source.js";
import type { NumbersValue, Value } from "../value.js";
import { asArray } from "../value-axes.js";
import { partOf, type Slice } from "./choose-matrix.js";
import { type HeadArrays, sizesOfBatch } from "./head-arrays.js";
import { kindOf, layOutAnswer } from "./lay-answer.js";

/** The answer of one head of one batch. Its numbers are read when they are needed. */
export interface HeadAnswer {
  readonly key: string;
  readonly batch?: number | "all";
  numbers(): NumbersValue;
}

/**
 * Splits an answer into one per batch and head, or into the picked ones. Returns undefined for a value that is no
 * array, or that is a matrix of a single head. Throws SHAPE_MISMATCH if no layout fits.
 */
export function splitAnswer(
  key: string,
  value: Value,
  arrays: HeadArrays,
  picked: Slice,
  source: string,
): readonly HeadAnswer[] | undefined {
  const array = asArray(value);
  if (!array || splitHead(key)) return undefined;
  const { batches, heads } = arrays;
  const isOne = batches === 1 || picked.batch !== undefined;
  const isMatrix = array.array.shape.length <= 2 && isOne && (heads === 1 || picked.head !== undefined);
  const laidOut = layOutAnswer(key, array.array, arrays);
  if (!laidOut && isMatrix) return undefined;
  if (!laidOut || (laidOut.isOfAllBatches && picked.batch !== undefined)) {
    const [expected, of] = expectedShape(key, arrays);
    const message = `${key} is ${array.array.shape.join("×")}, but ${expected.join("×")} is expected.`;
    const hint = `Batches, heads and positions are those of ${of}, in any order; leave out the axis of batch or head if there is only one.`;
    return refuseIn(source, "SHAPE_MISMATCH", message, hint);
  }
  const pickedHead =
    picked.head !== undefined && laidOut.isOfKeys
      ? Math.floor((picked.head * laidOut.heads) / heads)
      : picked.head;
  const wanted = pickedHead === undefined ? upTo(laidOut.heads) : [pickedHead];
  // If several query heads read a kv head, its gradient is the sum of theirs.
  const scope = laidOut.isOfKeys && laidOut.heads < heads ? "kv head" : "head";
  const { isOfAllBatches } = laidOut;
  const inBatches = picked.batch !== undefined ? [picked.batch] : upTo(isOfAllBatches ? 1 : batches);
  return inBatches.flatMap((batch) => {
    const named = { batch: isOfAllBatches ? ("all" as const) : batch };
    const ofBatch = picked.batch === undefined && batches > 1 ? named : {};
    const numbers = (head?: number) => () => partOf({ ...array, array: laidOut.part(batch, head) });
    if (!laidOut.hasHeads) return [{ key, ...ofBatch, numbers: numbers() }];
    return wanted.map((head) => ({
      key: picked.head === undefined ? `${scope} ${head}/${key}` : key,
      ...ofBatch,
      numbers: numbers(head),
    }));
  });
}

/** Returns the expected shape of an answer, and the input whose batches, heads and positions it has. */
function expectedShape(key: string, arrays: HeadArrays) {
  const kind = kindOf(key);
  const isOfKeys = kind === "keys";
  const { queries, keys } = sizesOfBatch(arrays, 0);
  const sizes = [arrays.batches, isOfKeys ? arrays.kvHeads : arrays.heads, isOfKeys ? keys : queries];
  const isOfPairs = kind === "weights" || kind === "biases";
  const columns = isOfPairs ? keys : gradientPartOf(key) === undefined ? "d_v" : "columns";
  return [kind === "rows" ? sizes : [...sizes, columns], isOfKeys ? "key" : "query"] as const;
}
