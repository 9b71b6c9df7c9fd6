import { UserError } from "../../errors.js";
import { type BooleanMatrix, createBooleanMatrix, isTrue } from "../../math/matrix.js";
import type { Masking } from "../../ops/masking.js";
import { requireQueryRows } from "../shapes.js";
import type { Mask, MaskContext } from "./mask.js";
import { blockedByGiven } from "./mask-matrix.js";
import { MASKS } from "./registry.js";

/** Of each query i, the keys low[i] ≤ j < high[i]. */
export interface KeyRanges {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** Every mask rule that is on, as one mask. */
export interface CombinedMask extends Masking {
  /** The rules in force, in words. */
  readonly rules: readonly string[];
  /** The consecutive keys that rules leave to each query; a mask that was given may block some of them. */
  ranges(): KeyRanges;
  /** Those, n×m or 1×m, 1 = blocked. */
  readonly cells: BooleanMatrix | undefined;
  /** Where query 0 stands among the keys; it matters only when a rule `isAligned`. */
  readonly offset: number;
  readonly isAligned: boolean;
  /** m, without open keys. */
  readonly numKeys: number;
}

/**
 * All mask rules that are on, as one: a key may be attended when every rule allows it. n×(m + open keys). Undefined
 * when none is on.
 * Throws SHAPE_MISMATCH for a given mask that is neither n×m nor 1×m, BAD_VALUE for a key length beyond m, and
 * ALIGNMENT_NEEDED when a causal mask or window is asked for, n ≠ m, and nothing says where query 0 stands.
 */
export function combineMasks(asked: Omit<MaskContext, "offset">): CombinedMask | undefined {
  const probe: MaskContext = { ...asked, offset: 0 };
  const masks = MASKS.filter((mask) => mask.isOn(probe));
  if (masks.length === 0) return undefined;
  checkSizes(asked);
  const isAligned = masks.some((mask) => mask.needsAlignment);
  const offset = isAligned ? resolveOffset(asked) : 0;
  const context: MaskContext = { ...asked, offset };
  let blocked: BooleanMatrix | undefined;
  return {
    // Asked for by every step that is n×m itself; attention row by row does without.
    get blocked() {
      blocked ??= blockCells(masks, context);
      return blocked;
    },
    ranges: () => rangesOf(masks, context),
    cells: blockedByGiven(context),
    reason: (i, j) => masks.find((mask) => !mask.allows(i, j, context))?.reason(i, j, context) ?? "",
    rules: masks.map((mask) => mask.describe(context)),
    offset,
    isAligned,
    numKeys: asked.numKeys,
  };
}

/** The mask as one query sees it: one row. */
export function maskOfQuery(mask: CombinedMask, query: number): CombinedMask {
  const { low, high } = mask.ranges();
  const own = { low: low.slice(query, query + 1), high: high.slice(query, query + 1) };
  const cells = mask.cells && { ...mask.cells, rows: 1, data: rowOfCells(mask.cells, query) };
  const blocked = createBooleanMatrix(1, mask.numKeys, (_, j) => {
    return j < own.low[0] || j >= own.high[0] || cells?.data[j] === 1;
  });
  return { ...mask, blocked, cells, ranges: () => own, reason: (_, j) => mask.reason(query, j) };
}

const rowOfCells = ({ rows, cols, data }: BooleanMatrix, query: number) =>
  rows === 1 ? data : data.subarray(query * cols, (query + 1) * cols);

/** 1 = blocked. Ranges are filled in row by row; only what is left is asked cell by cell. */
function blockCells(masks: readonly Mask[], context: MaskContext): BooleanMatrix {
  const { numQueries, numKeys, openKeys = 0 } = context;
  const cellwise = masks.filter(({ range }) => range === undefined);
  const { low, high } = rangesOf(masks, context);
  const cols = numKeys + openKeys;
  const data = new Uint8Array(numQueries * cols);
  for (let i = 0; i < numQueries; i++) {
    const row = data.subarray(i * cols, i * cols + numKeys);
    row.fill(1, 0, low[i]).fill(1, high[i]);
    for (let j = low[i]; cellwise.length > 0 && j < high[i]; j++) {
      if (!cellwise.every((mask) => mask.allows(i, j, context))) row[j] = 1;
    }
  }
  return { rows: numQueries, cols, data };
}

/** What all rules that are ranges leave of the keys 0 … m: low[i] ≤ j < high[i]. */
function rangesOf(masks: readonly Mask[], context: MaskContext): KeyRanges {
  const { numQueries, numKeys } = context;
  const low = new Float64Array(numQueries);
  const high = new Float64Array(numQueries);
  for (let i = 0; i < numQueries; i++) {
    const ranges = masks.flatMap(({ range }) => range?.(i, context) ?? []);
    low[i] = Math.min(numKeys, Math.max(0, ...ranges.map((range) => range.low)));
    high[i] = Math.max(low[i], Math.min(numKeys, ...ranges.map((range) => range.high)));
  }
  return { low, high };
}

function checkSizes({ given, numQueries, numKeys, settings }: Omit<MaskContext, "offset">): void {
  if (given) requireQueryRows({ rows: numQueries, cols: numKeys }, "mask", given);
  if (settings.keyLength !== undefined && settings.keyLength > numKeys) {
    throw new UserError(
      "BAD_VALUE",
      `--key-length is ${settings.keyLength}, but there are only ${numKeys} keys.`,
      { hint: `Give at most ${numKeys}, or leave it out: then all keys exist.` },
    );
  }
}

/** Where query 0 stands among the keys. */
function resolveOffset({ numQueries, numKeys, pastKeys, settings }: Omit<MaskContext, "offset">): number {
  const { align, queryOffset, keyLength } = settings;
  if (align !== undefined && queryOffset !== undefined) {
    throw new UserError("CONFLICTING_INPUTS", "--align and --query-offset both say where query 0 stands.", {
      hint: "Leave one of them out.",
    });
  }
  if (queryOffset !== undefined) return queryOffset;
  const bottomRight = (keyLength ?? numKeys) - numQueries;
  if (align !== undefined) return align === "bottom-right" ? bottomRight : 0;
  if (pastKeys !== undefined) return pastKeys;
  if (numQueries === numKeys) return 0;
  throw new UserError(
    "ALIGNMENT_NEEDED",
    `There are ${numKeys} keys for ${numQueries === 1 ? "1 query" : `${numQueries} queries`}, so it is not certain which keys come before a query.`,
    {
      hint:
        `Pass --align top-left (query 0 stands at key 0, as torch's is_causal) or ` +
        `--align bottom-right (at key ${bottomRight}, as with a KV cache), or --query-offset N.`,
    },
  );
}

/** Whether the mask forbids every query to attend to its own place: often a mask of the other polarity. */
export function blocksDiagonal({ blocked }: CombinedMask): boolean {
  return (
    blocked.rows === blocked.cols &&
    blocked.rows > 1 &&
    Array.from({ length: blocked.rows }, (_, i) => i).every((i) => isTrue(blocked, i, i))
  );
}
