import type { Gathered, SourceMatrix } from "../source-matrices.js";
import type { Part } from "../sourced-problem.js";
import { asArray, axesOf } from "../value-axes.js";
import { matricesIn } from "./choose-matrix.js";
import { type HeadArrays, partOfArray, refuseMatrix, sizesOfBatch } from "./head-arrays.js";
import { layOutAnswer } from "./lay-answer.js";
import { masksAndBiasesOf } from "./masks-and-biases.js";

/** Returns the gathered input of one batch: matrices of its heads in place of arrays, its masks and its settings. */
export function takeBatch(gathered: Gathered, arrays: HeadArrays, part: Part): Gathered {
  const { heads, kvHeads, ordered, sequences } = arrays;
  const { batch, head } = part;
  const matrices = new Map(gathered.matrices);
  for (const [role, given] of ordered) {
    const headOfRole =
      role === "query" ? head : head === undefined ? undefined : Math.floor((head * kvHeads) / heads);
    const rows = role === "query" ? sequences.queries(batch) : sequences.keys(batch);
    const array = partOfArray(given, batch, rows, headOfRole);
    matrices.set(role, { ...given.from, value: matricesIn({ ...given.value, array }), isPerHead: true });
  }
  const sinks = gathered.matrices.get("sinks");
  if (sinks?.value.kind === "numbers" && head !== undefined) {
    const data = sinks.value.data.subarray(head, head + 1);
    matrices.set("sinks", { ...sinks, value: { ...sinks.value, cols: 1, data } });
  }
  const gradient = gathered.matrices.get("backward");
  if (gradient) matrices.set("backward", gradientOf(gradient, arrays, part));
  const sizes = head === undefined ? { heads, ...(kvHeads !== heads && { kvHeads }) } : {};
  return withMembersOfBatch(
    { ...gathered, matrices, settings: { ...gathered.settings, ...sizes } },
    arrays,
    part,
  );
}

/** Returns the gathered input with the masks, biases and settings that its members mean for one batch. */
export function withMembersOfBatch(gathered: Gathered, arrays: HeadArrays, part: Part): Gathered {
  const matrices = new Map(gathered.matrices);
  const settings = { ...gathered.settings, ...settingsOfBatch(gathered, arrays, part.batch) };
  for (const [name, value] of masksAndBiasesOf({ ...gathered, settings }, arrays, part)) {
    if (value) matrices.set(name, value);
    else matrices.delete(name);
  }
  return { ...gathered, matrices, settings };
}

/**
 * Returns the settings that follow from lengths: how many keys the batch has and, for a cache, the offset that puts the
 * queries at its end. Concatenated sequences with different numbers of queries and keys are aligned bottom-right.
 */
function settingsOfBatch({ settings }: Gathered, arrays: HeadArrays, batch: number) {
  const { sequences } = arrays;
  const { queries, keys } = sizesOfBatch(arrays, batch);
  const keyLength = sequences.keyLength?.(batch);
  const isOpen = !arrays.isPlaced && settings.align === undefined && settings.queryOffset === undefined;
  return {
    ...(isOpen && sequences.isVarlen && queries !== keys && { align: "bottom-right" }),
    ...(keyLength !== undefined && { keyLength }),
    ...(isOpen && sequences.isCached && keyLength !== undefined && { queryOffset: keyLength - queries }),
  };
}

/** Returns the gradient of the output of one batch, or of one head if it is picked. */
function gradientOf(given: SourceMatrix, arrays: HeadArrays, { batch, head }: Part): SourceMatrix {
  const value = asArray(given.value);
  if (!value || axesOf(given.value).length <= 2) return given;
  const laidOut = layOutAnswer("output", value.array, arrays);
  if (!laidOut)
    refuseMatrix(given, "it needs the layout of the output: batches, heads and positions are those of query");
  return { ...given, value: matricesIn({ ...value, array: laidOut.part(batch, head) }), isPerHead: true };
}
