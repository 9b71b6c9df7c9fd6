import { counted, UserError } from "../../errors.js";
import { createBooleanMatrix, shapeText } from "../../math/matrix.js";
import { headOfColumn } from "../../ops/heads.js";
import { setting } from "../../setting-names.js";
import type { Recorder, Ref } from "../recorder.js";
import type { MultiheadSettings } from "./multihead-settings.js";

/** How the columns of Q, K and V are split: head h has columns h·d to (h+1)·d − 1. */
export interface HeadSplit {
  readonly numHeads: number;
  readonly numKvHeads: number;
  /** d_k of one head. */
  readonly headSize: number;
  /** d_v of one head. */
  readonly valueSize: number;
}

/**
 * Splits the columns of the query (n×H·d), key (m×G·d) and value (m×G·d_v) into heads. Throws BAD_VALUE if G does not
 * divide H, SHAPE_MISMATCH if the columns do not divide evenly.
 */
export function splitHeads(
  query: Ref,
  key: Ref,
  value: Ref,
  { heads: numHeads, kvHeads: numKvHeads = numHeads, headSize: given }: MultiheadSettings,
): HeadSplit {
  if (numHeads % numKvHeads !== 0) {
    throw new UserError(
      "BAD_VALUE",
      `${numHeads} query heads cannot share ${numKvHeads} kv heads evenly.`,
      `The number of query heads must be a multiple of ${setting("kvHeads")}.`,
    );
  }
  const headSize = given ?? share("query", query, numHeads);
  expectColumns("query", query, numHeads, headSize);
  expectColumns("key", key, numKvHeads, headSize);
  return { numHeads, numKvHeads, headSize, valueSize: share("value", value, numKvHeads) };
}

function share(role: string, ref: Ref, count: number): number {
  const { cols } = ref.shape;
  if (cols % count === 0) return cols / count;
  throw new UserError(
    "SHAPE_MISMATCH",
    `${role} (${ref.key}) has ${cols} columns, which ${count} heads cannot share evenly.`,
    `Choose a number of heads that divides ${cols}.`,
    ref.key,
  );
}

function expectColumns(role: string, ref: Ref, count: number, headSize: number): void {
  const { shape } = ref;
  if (shape.cols === count * headSize) return;
  const option = role === "query" ? `${setting("heads")} or ${setting("headSize")}` : setting("kvHeads");
  throw new UserError(
    "SHAPE_MISMATCH",
    `${role} (${ref.key}) is ${shapeText(shape)}, but ${count} heads of ${headSize} columns need ${count * headSize}.`,
    `Check ${option}.`,
    ref.key,
  );
}

/** Returns the kv head of query head h: ⌊h·G/H⌋, so neighbouring heads share one (ONNX since 1.19.1, Llama). */
export function kvHeadOf(head: number, { numHeads, numKvHeads }: HeadSplit): number {
  return Math.floor((head * numKvHeads) / numHeads);
}

/** States the numbers of heads and the columns of each. */
export function stateHeads(recorder: Recorder, { numHeads, numKvHeads, headSize }: HeadSplit): void {
  const shared = numHeads === numKvHeads ? "" : `, ${counted(numKvHeads, "kv head")}`;
  const text = `${counted(numHeads, "head")} of ${headSize} columns${shared}`;
  recorder.convention("heads", numHeads, text);
  recorder.convention("kvHeads", numKvHeads);
  recorder.convention("headSize", headSize);
}

/** Records the head of each column of Q, K and V, as a picture of the split. */
export function recordSplit(
  recorder: Recorder,
  { numHeads, numKvHeads, headSize, valueSize }: HeadSplit,
): void {
  const parts = [
    { columns: numHeads * headSize, headSize },
    { columns: numKvHeads * headSize, headSize },
    { columns: numKvHeads * valueSize, headSize: valueSize },
  ];
  const widest = Math.max(...parts.map(({ columns }) => columns));
  const beyond = createBooleanMatrix(3, widest, (row, col) => col >= parts[row].columns);
  const perKvHead = numHeads / numKvHeads;
  recorder.record(
    "split",
    headOfColumn,
    [],
    { parts },
    {
      blocked: beyond.data.includes(1) ? beyond : undefined,
      notes:
        perKvHead === 1
          ? []
          : [`each kv head is read by ${perKvHead} query heads: head h reads kv head ⌊h / ${perKvHead}⌋`],
    },
  );
}
