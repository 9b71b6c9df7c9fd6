import { gradientPartOf, isNameOfLogSumExp } from "../attention/answer-names.js";
import { splitHead } from "../attention/names.js";
import type { HeadArrays } from "./head-arrays.js";
import { refuseIn } from "./source.js";
import type { NumbersValue, Value } from "./value.js";
import { axesOf, isRegular, itemsOf } from "./value-axes.js";

// What came out of a kernel for all heads and batches, taken apart as what went in.

/** A matrix as it was read, or a row or column of it. */
export interface Piece {
  readonly value: NumbersValue;
  readonly row?: number;
  readonly col?: number;
}

/** The answer of one head of one batch: the rows of its pieces below each other. */
export interface HeadAnswer {
  readonly key: string;
  readonly batch?: number;
  readonly pieces: readonly Piece[];
}

/** How outputs may lie, by what is asked for: the order of query, key and value first. */
const ORDERS = {
  "heads first": ["bhnc", "bnhc", "hnc", "nhc", "bnc", "nc"],
  "tokens first": ["bnhc", "bhnc", "nhc", "hnc", "bnc", "nc"],
} as const;

/** How log-sum-exps lie: flash-attention gives batch, head, token, whatever the order of the output is. */
const ORDERS_OF_ROWS = ["bhn", "bnh", "bhn1", "hn", "nh", "hn1"] as const;

type Order = (typeof ORDERS)["heads first"][number] | (typeof ORDERS_OF_ROWS)[number];

/** Takes an answer apart. Throws SHAPE_MISMATCH where it does not lie in any order that fits. */
export function splitAnswer(
  key: string,
  value: Value,
  arrays: HeadArrays,
  source: string,
): readonly HeadAnswer[] {
  const lengths = axesOf(value);
  if (lengths.length < 2 || splitHead(key)) return [{ key, pieces: [{ value: value as NumbersValue }] }];
  const orders: readonly Order[] = isNameOfLogSumExp(key)
    ? ORDERS_OF_ROWS
    : ORDERS[arrays.axes.endsWith("hnd") ? "heads first" : "tokens first"];
  const order = isRegular(value)
    ? orders.find((one) => fits(one, lengths, sizesFor(key, arrays)))
    : undefined;
  if (!order) refuse(key, lengths, arrays, source);
  const { batches, head, batch } = arrays;
  const { heads, isOfKeys } = sizesFor(key, arrays);
  const isBatched = order.startsWith("b");
  const wanted = isBatched && batch === undefined ? range(batches) : [batch ?? 0];
  const own = isOfKeys && head !== undefined ? Math.floor((head * heads) / arrays.heads) : head;
  const wantedHeads = own === undefined ? range(heads) : [own];
  // A kv head that several query heads read has a gradient of its own: the sum of theirs.
  const scope = isOfKeys && heads < arrays.heads ? "kv head" : "head";
  return wanted.flatMap((b) => {
    const items = isBatched ? itemsOf(value)[b] : value;
    const rest = isBatched ? order.slice(1) : order;
    const inBatch = isBatched && batch === undefined && batches > 1 ? { batch: b } : {};
    if (!rest.includes("h")) return [{ key, ...inBatch, pieces: [{ value: items as NumbersValue }] }];
    return wantedHeads.map((h) => ({
      key: head === undefined ? `${scope} ${h}/${key}` : key,
      ...inBatch,
      pieces: piecesOf(items, rest, h),
    }));
  });
}

/** The rows of one head of one batch. */
function piecesOf(own: Value, order: string, head: number): readonly Piece[] {
  if (order === "hn") return [{ value: own as NumbersValue, row: head }];
  if (order === "nh") return [{ value: own as NumbersValue, col: head }];
  const items = itemsOf(own) as readonly NumbersValue[];
  return order.startsWith("h") ? [{ value: items[head] }] : items.map((value) => ({ value, row: head }));
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** The sizes that an answer should have: gradients by keys and values are as large as these. */
interface Sizes extends Pick<HeadArrays, "batches" | "batch" | "heads"> {
  readonly rows: number;
  readonly isOfKeys: boolean;
}

function sizesFor(key: string, { batches, batch, heads, kvHeads, queries, keys }: HeadArrays): Sizes {
  const part = gradientPartOf(key);
  const isOfKeys = part === "key" || part === "value";
  return {
    batches,
    batch,
    isOfKeys,
    heads: isOfKeys ? kvHeads : heads,
    rows: isOfKeys ? keys : queries,
  };
}

function fits(order: Order, lengths: readonly number[], { batches, heads, rows, batch }: Sizes) {
  if (order.length !== lengths.length) return false;
  if (!order.startsWith("b") && batches > 1 && batch === undefined) return false;
  const sizes: Readonly<Record<string, number>> = { b: batches, h: heads, n: rows, 1: 1 };
  return lengths.every((length, at) => order[at] === "c" || sizes[order[at]] === length);
}

function refuse(key: string, lengths: readonly number[], arrays: HeadArrays, source: string): never {
  const { batches, heads, rows, isOfKeys } = sizesFor(key, arrays);
  const cols = gradientPartOf(key) === undefined ? "d_v" : "columns";
  const expected = isNameOfLogSumExp(key) ? [batches, heads, rows] : [batches, heads, rows, cols];
  const message = `${key} is ${lengths.join("×")}, and ${expected.join("×")} is expected.`;
  const hint = isOfKeys
    ? "Batches, heads and rows are those of key; batch and head may be left out where there is one."
    : "Batches, heads and queries are those of query; batch and head may be left out where there is one.";
  refuseIn(source, "SHAPE_MISMATCH", message, hint);
}
