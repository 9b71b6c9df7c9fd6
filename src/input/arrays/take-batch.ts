import { at } from "../../math/nd-array.js";
import type { Gathered, SourceMatrix } from "../source-matrices.js";
import type { Part } from "../sourced-problem.js";
import type { ListValue, NumbersValue, Value } from "../value.js";
import { asArray, axesOf } from "../value-axes.js";
import { besideOf } from "./beside.js";
import { partOf } from "./choose-matrix.js";
import { type HeadArrays, type Laid, partOfArray, refuseMatrix, sizesOfBatch } from "./head-arrays.js";
import { layAnswer } from "./lay-answer.js";

/** What was gathered, of one batch: matrices of heads in place of arrays, masks as they are of this batch, settings that it has alone. */
export function takeBatch(gathered: Gathered, arrays: HeadArrays, part: Part): Gathered {
  const { heads, kvHeads, laid, sequences } = arrays;
  const { batch, head } = part;
  const matrices = new Map(gathered.matrices);
  for (const [role, one] of laid) {
    const own =
      role === "query" ? head : head === undefined ? undefined : Math.floor((head * kvHeads) / heads);
    const rows = role === "query" ? sequences.queries(batch) : sequences.keys(batch);
    matrices.set(role, { ...one.from, value: headsOf(one, { batch, head: own }, rows), isPerHead: true });
  }
  const sinks = gathered.matrices.get("sinks");
  if (sinks?.value.kind === "numbers" && head !== undefined) {
    const data = sinks.value.data.subarray(head, head + 1);
    matrices.set("sinks", { ...sinks, value: { ...sinks.value, cols: 1, data } });
  }
  const gradient = gathered.matrices.get("backward");
  if (gradient) matrices.set("backward", gradientOf(gradient, arrays, part));
  const sizes = head === undefined ? { heads, ...(kvHeads !== heads && { kvHeads }) } : {};
  const settings = { ...gathered.settings, ...sizes, ...settingsOfBatch(gathered, arrays, batch) };
  const beside = besideOf({ ...gathered, settings }, arrays, part);
  for (const [name, value] of beside) {
    if (value) matrices.set(name, value);
    else matrices.delete(name);
  }
  return { ...gathered, matrices, settings };
}

/** The matrix of one head, or a list of one a head. */
function headsOf(
  laid: Laid,
  { batch, head }: Part,
  rows: { readonly first: number; readonly count: number },
): NumbersValue | ListValue {
  const array = partOfArray(laid, batch, rows, head);
  if (head !== undefined) return partOf({ ...laid.value, array });
  const items = Array.from({ length: array.shape[0] }, (_, index) =>
    partOf({ ...laid.value, array: at(array, 0, index) }),
  );
  return { kind: "list", start: laid.value.start, items };
}

/** What lengths say of a batch: how many of its keys there are, and, where they are those of a cache, that queries stand at their end. */
function settingsOfBatch({ settings }: Gathered, arrays: HeadArrays, batch: number) {
  const { sequences } = arrays;
  const { queries, keys } = sizesOfBatch(arrays, batch);
  const keyLength = sequences.keyLength?.(batch);
  if (
    sequences.isVarlen &&
    queries !== keys &&
    settings.align === undefined &&
    settings.queryOffset === undefined
  )
    return { align: "bottom-right" };
  if (keyLength === undefined) return {};
  const offset = sequences.isCached && settings.align === undefined && settings.queryOffset === undefined;
  return { keyLength, ...(offset && { queryOffset: keyLength - queries }) };
}

/** The gradient of the output of one batch, and of one head where that was picked. */
function gradientOf(given: SourceMatrix, arrays: HeadArrays, { batch, head }: Part): SourceMatrix {
  const value = asArray(given.value);
  if (!value || axesOf(given.value).length <= 2) return given;
  const laid = layAnswer("output", value.array, arrays);
  if (!laid)
    refuseMatrix(given, "it has to lie as the output does: batches, heads and positions are those of query");
  const array = laid.part(batch, head);
  if (head !== undefined || array.shape.length === 2)
    return { ...given, value: partOf({ ...value, array }), isPerHead: true };
  const items = Array.from({ length: array.shape[0] }, (_, index) =>
    partOf({ ...value, array: at(array, 0, index) }),
  );
  const list: Value = { kind: "list", start: value.start, items };
  return { ...given, value: list, isPerHead: true };
}
