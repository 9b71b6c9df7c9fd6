import { counted, setting, UserError } from "../../errors.js";
import { type BlockedKeys, blockedCells, isBlocked } from "../../math/blocked.js";
import type { BooleanMatrix } from "../../math/matrix.js";
import type { Masking } from "../../ops/masking.js";
import { requireQueryRows } from "../shapes.js";
import { MASKS, type Mask, type MaskContext } from "./registry.js";

/** All active mask rules, combined into one mask. */
export interface CombinedMask extends Masking {
  /** The blocked cells, n×m, 1 = blocked. Computed when it is first read. */
  readonly cells: BooleanMatrix;
  /** The active rules, in words. */
  readonly rules: readonly string[];
  /** The position of query 0 among the keys. It matters only if `isAligned`. */
  readonly offset: number;
  readonly isAligned: boolean;
}

/**
 * Combines all active mask rules: a key may be attended to if every rule allows it. n×(m + unmasked keys). Returns
 * undefined if no rule is active. Throws SHAPE_MISMATCH for a given mask that is neither n×m nor 1×m, and BAD_VALUE for
 * a key length above m. Throws ALIGNMENT_NEEDED for a causal mask or window if n ≠ m and no setting gives the position
 * of query 0.
 */
export function combineMasks(asked: Omit<MaskContext, "offset">): CombinedMask | undefined {
  const probe: MaskContext = { ...asked, offset: 0 };
  const masks = MASKS.filter((mask) => mask.isOn(probe));
  if (masks.length === 0) return undefined;
  checkSizes(asked);
  const isAligned = masks.some((mask) => mask.needsAlignment);
  const offset = isAligned ? resolveOffset(asked) : 0;
  const context: MaskContext = { ...asked, offset };
  const blocked = blockKeys(masks, context);
  const allows = (mask: Mask, i: number, j: number) => {
    const { low, high } = mask.range(i, context);
    return low <= j && j < high && mask.allows?.(i, j, context) !== false;
  };
  return {
    blocked,
    cells: blockedCells(blocked),
    reason: (i, j) => masks.find((mask) => !allows(mask, i, j))?.reason(i, j, context) ?? "",
    rules: masks.map((mask) => mask.describe(context)),
    offset,
    isAligned,
  };
}

/** Intersects the key ranges of all rules, and adds the cells that a given mask blocks. */
function blockKeys(masks: readonly Mask[], context: MaskContext): BlockedKeys {
  const { numQueries, numKeys, unmaskedKeys = 0, givenMask, settings } = context;
  const blocks = settings.maskTrue === "drop" ? 1 : 0;
  const low = new Float64Array(numQueries);
  const high = new Float64Array(numQueries);
  for (let i = 0; i < numQueries; i++) {
    const ranges = masks.map((mask) => mask.range(i, context));
    low[i] = Math.min(numKeys, Math.max(0, ...ranges.map((range) => range.low)));
    high[i] = Math.max(low[i], Math.min(numKeys, ...ranges.map((range) => range.high)));
  }
  return {
    rows: numQueries,
    cols: numKeys + unmaskedKeys,
    numRuled: numKeys,
    low,
    high,
    cells: givenMask && { ...givenMask, data: givenMask.data.map((cell) => (cell === blocks ? 1 : 0)) },
  };
}

function checkSizes({ givenMask, numQueries, numKeys, settings }: Omit<MaskContext, "offset">): void {
  if (givenMask) requireQueryRows({ rows: numQueries, cols: numKeys }, { key: "mask", shape: givenMask });
  const { keyLength = 0 } = settings;
  if (keyLength > numKeys) {
    throw new UserError(
      "BAD_VALUE",
      `${setting("keyLength")} is ${keyLength}, but there are only ${numKeys} keys.`,
      `Give at most ${numKeys}, or leave it out: then all keys exist.`,
    );
  }
}

/** Returns the position of query 0 among the keys. */
function resolveOffset({ numQueries, numKeys, pastKeys, settings }: Omit<MaskContext, "offset">): number {
  const { align, queryOffset, keyLength } = settings;
  if (align !== undefined && queryOffset !== undefined) {
    throw new UserError(
      "CONFLICTING_INPUTS",
      `${setting("align")} and ${setting("queryOffset")} both say where query 0 stands.`,
      "Leave one of them out.",
    );
  }
  if (queryOffset !== undefined) return queryOffset;
  const bottomRight = (keyLength ?? numKeys) - numQueries;
  if (align !== undefined) return align === "bottom-right" ? bottomRight : 0;
  if (pastKeys !== undefined) return pastKeys;
  if (numQueries === numKeys) return 0;
  throw new UserError(
    "ALIGNMENT_NEEDED",
    `There are ${numKeys} keys for ${counted(numQueries, "query", "queries")}, so it is not certain which keys come before a query.`,
    `Pass ${setting("align")} top-left (query 0 stands at key 0, as torch's is_causal) or ` +
      `${setting("align")} bottom-right (at key ${bottomRight}, as with a KV cache), or ${setting("queryOffset")} N.`,
  );
}

/** Whether the mask forbids every query to attend to its own position. Often true and false were swapped then. */
export function blocksDiagonal({ blocked }: CombinedMask): boolean {
  const { rows, cols } = blocked;
  if (rows !== cols || rows < 2) return false;
  for (let i = 0; i < rows; i++) if (!isBlocked(blocked, i, i)) return false;
  return true;
}
