import { counted, refuseAs, setting } from "../../errors.js";
import { sumOver } from "../../math/lists.js";
import { createBooleanMatrix, shapeText } from "../../math/matrix.js";
import { add } from "../../ops/elementwise.js";
import { headOfColumn } from "../../ops/heads.js";
import { type Layout, recordLinear } from "../linear.js";
import { cut, type Ref, record, recorder } from "../recorder.js";
import type { GivenRefs } from "../roles.js";
import { PARAMETERS } from "../scoring/scoring.js";
import { requireShapes } from "../shapes.js";
import type { MultiheadSettings } from "./multihead-settings.js";

/** The inputs of the heads, with query, key and value after projection and before the split. */
export type Projected = GivenRefs & Readonly<Record<"query" | "key" | "value", Ref>>;

/**
 * How the columns of Q, K and V are split: head h has columns h·d to (h+1)·d − 1. `headSize` is d_k of one head,
 * `valueSize` its d_v.
 */
export type HeadSplit = Readonly<ReturnType<typeof splitHeads>>;

/**
 * Splits the columns of the query (n×H·d), key (m×G·d) and value (m×G·d_v) into heads. Throws BAD_VALUE if G does not
 * divide H, SHAPE_MISMATCH if the columns do not divide evenly.
 */
export function splitHeads(
  { query, key, value }: Projected,
  { heads: numHeads, kvHeads: numKvHeads = numHeads, headSize: given }: MultiheadSettings,
) {
  if (numHeads % numKvHeads !== 0)
    refuseAs(
      "BAD_VALUE",
      `${numHeads} query heads cannot share ${numKvHeads} kv heads evenly.`,
      `The number of query heads must be a multiple of ${setting("kvHeads")}.`,
    );

  const headSize = given ?? share("query", query, numHeads);
  expectColumns("query", query, numHeads, headSize);
  expectColumns("key", key, numKvHeads, headSize);
  return { numHeads, numKvHeads, headSize, valueSize: share("value", value, numKvHeads) };
}

function share(role: string, ref: Ref, count: number) {
  const { cols } = ref.shape;
  if (cols % count === 0) return cols / count;
  refuseAs(
    "SHAPE_MISMATCH",
    `${role} (${ref.key}) has ${cols} columns, which ${count} heads cannot share evenly.`,
    `Choose a number of heads that divides ${cols}.`,
    ref.key,
  );
}

function expectColumns(role: string, ref: Ref, count: number, headSize: number) {
  const { shape } = ref;
  if (shape.cols === count * headSize) return;
  const option = role === "query" ? `${setting("heads")} or ${setting("headSize")}` : setting("kvHeads");
  refuseAs(
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
export function stateHeads({ numHeads, numKvHeads, headSize }: HeadSplit) {
  const shared = numHeads === numKvHeads ? "" : `, ${counted(numKvHeads, "kv head")}`;
  const text = `${counted(numHeads, "head")} of ${headSize} columns${shared}`;
  recorder.convention("heads", numHeads, text);
  recorder.convention("kvHeads", numKvHeads);
  recorder.convention("headSize", headSize);
}

/** Records the head of each column of Q, K and V, as a picture of the split. */
export function recordSplit({ numHeads, numKvHeads, headSize, valueSize }: HeadSplit) {
  const parts = [
    { columns: numHeads * headSize, headSize },
    { columns: numKvHeads * headSize, headSize },
    { columns: numKvHeads * valueSize, headSize: valueSize },
  ];
  const widest = Math.max(...parts.map(({ columns }) => columns));
  const beyond = createBooleanMatrix(3, widest, (row, col) => col >= parts[row].columns);
  const perKvHead = numHeads / numKvHeads;
  const shared = `each kv head is read by ${perKvHead} query heads: head h reads kv head ⌊h / ${perKvHead}⌋`;
  record(
    "split",
    headOfColumn,
    [],
    { parts },
    {
      blocked: beyond.data.includes(1) ? beyond : undefined,
      notes: perKvHead === 1 ? [] : [shared],
    },
  );
}

const WEIGHTS = ["wq", "wk", "wv"] as const;
const BIASES = ["bq", "bk", "bv"] as const;

/**
 * Splits a packed W^QKV (and b^QKV) into W^Q, W^K, W^V: H·d, G·d and G·d columns (rows if stored out × in), one after
 * the other. They are recorded as the steps `wq`, `wk`, `wv`, `bq`, `bk`, `bv`. b^QKV may also come with separate W^Q,
 * W^K and W^V, as in torch if key and value have their own widths (kdim, vdim). Throws CONFLICTING_INPUTS if W^Q is
 * given too, SHAPE_MISMATCH if the sizes do not divide evenly.
 */
export function unpackProjections(
  refs: GivenRefs,
  { heads: numHeads, kvHeads: numKvHeads = numHeads, layout }: MultiheadSettings,
): GivenRefs {
  const { wqkv, bqkv } = refs;
  if (bqkv && !wqkv && !WEIGHTS.every((name) => refs[name]))
    refuseAs(
      "MISSING_INPUT",
      "bqkv is given, but neither wqkv nor all of wq, wk and wv.",
      "Leave it out, or give the matrices of this bias.",
    );
  const shares = [numHeads, numKvHeads, numKvHeads];
  const parts = numHeads + 2 * numKvHeads;
  const unpacked: Record<string, Ref> = {};
  const unpack = (packed: Ref, letter: "W" | "b", side: "rows" | "cols") => {
    const { key, shape } = packed;
    const names = letter === "W" ? WEIGHTS : BIASES;
    const separate = names.find((name) => refs[name]);
    if (separate)
      refuseAs(
        "CONFLICTING_INPUTS",
        `Both ${key} and ${separate} are given.`,
        `A packed ${letter} holds ${letter}^Q, ${letter}^K and ${letter}^V; give one or the other.`,
      );

    if (shape[side] % parts !== 0)
      refuseAs(
        "SHAPE_MISMATCH",
        `${key} is ${shapeText(shape)}: ${shape[side]} ${side === "rows" ? "rows" : "columns"} cannot be divided among ${parts} heads of q, k and v.`,
        `Check ${setting("heads")}, ${setting("kvHeads")} and ${setting("layout")}.`,
        key,
      );

    let first = 0;
    for (const [index, name] of names.entries()) {
      const size = (shares[index] * shape[side]) / parts;
      unpacked[name] = cut(name, packed, side, first, size);
      first += size;
    }
  };
  if (wqkv) unpack(wqkv, "W", layout === "out-in" ? "rows" : "cols");
  if (bqkv) unpack(bqkv, "b", "cols");
  return { ...refs, ...unpacked };
}

/** The name of the step with the output of all heads. */
export interface OutputName {
  readonly name: "joined-output" | "attention-output" | "aligned";
  readonly title?: string;
}

/**
 * Records O = concat·W^O + b^O. Without W^O the output is the concatenation. Throws MISSING_INPUT and SHAPE_MISMATCH.
 */
export function recordOutputProjection(
  concat: Ref,
  { wo, bo }: GivenRefs,
  layout: Layout,
  { name, ...overrides }: OutputName = { name: "joined-output" },
): Ref {
  if (bo && !wo) {
    requireShapes([concat, "n", "d_model"], [bo, "1", "d_model"]);
    return record(name, add, [concat, bo], undefined, {
      formula: "O = concat + b^O",
      ...overrides,
    });
  }
  if (!wo) {
    return cut(name, concat, "rows", 0, concat.shape.rows, {
      formula: "O = concat, because there is no W^O",
      axes: concat.axes,
      ...overrides,
    });
  }
  return recordLinear(name, [concat, wo, bo], layout, "H·d_v", overrides);
}

/**
 * States the parameters and costs of this layer: the numbers in W and b; the multiply-adds of the projections, Q Kᵀ, α
 * V and W^O, which are returned; and the numbers per token in a KV cache.
 */
export function stateCost(
  { numHeads, numKvHeads, headSize, valueSize }: HeadSplit,
  refs: GivenRefs,
  { numQueries, newKeys, allKeys }: Readonly<Record<"numQueries" | "newKeys" | "allKeys", number>>,
): number {
  const [wq, wk, wv, wo, ...biases] = HEAD_WEIGHTS.map((name) => sizeOf(refs[name]));
  const parameters = sumOver([wq, wk, wv, wo, ...biases]);
  const projections = numQueries * (wq + wo) + newKeys * (wk + wv);
  const attention = numHeads * numQueries * allKeys * (headSize + valueSize);
  recorder.fact(
    "parameters",
    parameters,
    `${parameters} parameters in ${NORMS.some((name) => refs[name]) ? "W, b and norms" : "W and b"}`,
  );
  recorder.fact(
    "multiplyAdds",
    projections + attention,
    `${projections + attention} multiply-adds: ${projections} in projections, ${attention} in Q Kᵀ and α V`,
  );
  stateCache(numKvHeads * (headSize + valueSize));
  return projections + attention;
}

/** States how many numbers per token a KV cache contains. */
export const stateCache = (cached: number) =>
  recorder.fact(
    "cachedNumbersPerToken",
    cached,
    `${cached} numbers per token in a KV cache: ${2 * cached} bytes in float16`,
  );

/** Returns the count of numbers in a matrix; 0 if it is absent. */
export const sizeOf = (ref: Ref | undefined) => (ref ? ref.shape.rows * ref.shape.cols : 0);

const NORMS = ["queryNorm", "keyNorm"] as const;
/** The learned parameters of the heads of a layer. */
export const HEAD_WEIGHTS = [
  "wq",
  "wk",
  "wv",
  "wo",
  "bq",
  "bk",
  "bv",
  "bo",
  "biasK",
  "biasV",
  "sinks",
  ...NORMS,
  ...PARAMETERS,
] as const;
