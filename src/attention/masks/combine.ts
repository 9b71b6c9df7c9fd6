import { UserError } from "../../errors.js";
import { createBooleanMatrix, isTrue } from "../../math/matrix.js";
import type { Masking } from "../../trace/ops/masking.js";
import { requireShapes } from "../shapes.js";
import type { Mask, MaskContext } from "./mask.js";
import { MASKS } from "./registry.js";

export interface CombinedMask extends Masking {
  /** The rules in force, in words. */
  readonly rules: readonly string[];
  readonly blockedCount: number;
  /** Where query 0 stands among the keys; it matters only when a rule `isAligned`. */
  readonly offset: number;
  readonly isAligned: boolean;
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
  const blocker = (i: number, j: number): Mask | undefined =>
    masks.find((mask) => !mask.allows(i, j, context));
  const { numQueries, numKeys, openKeys = 0 } = asked;
  const blocked = createBooleanMatrix(
    numQueries,
    numKeys + openKeys,
    (i, j) => j < numKeys && blocker(i, j) !== undefined,
  );
  return {
    blocked,
    blockedCount: blocked.data.reduce((count, cell) => count + cell, 0),
    reason: (i, j) => blocker(i, j)?.reason(i, j, context) ?? "",
    rules: masks.map((mask) => mask.describe(context)),
    offset,
    isAligned,
  };
}

function checkSizes({ given, numQueries, numKeys, settings }: Omit<MaskContext, "offset">): void {
  if (given) {
    const scores = { rows: numQueries, cols: numKeys };
    requireShapes(["scores", scores, "n", "m"], ["mask", given, given.rows === 1 ? "1" : "n", "m"]);
  }
  if (settings.keyLength !== undefined && settings.keyLength > numKeys) {
    throw new UserError(
      "BAD_VALUE",
      `--key-length is ${settings.keyLength}, but there are only ${numKeys} keys.`,
    );
  }
}

/** Where query 0 stands among the keys. */
function resolveOffset({ numQueries, numKeys, pastKeys, settings }: Omit<MaskContext, "offset">): number {
  const { align, queryOffset, keyLength } = settings;
  if (align !== undefined && queryOffset !== undefined) {
    throw new UserError(
      "CONFLICTING_INPUTS",
      "--align and --query-offset both say where query 0 stands; give one.",
    );
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
