import { counted, refuseAs, setting } from "../../errors.js";
import { type BlockedKeys, blockedCells, isBlocked } from "../../math/blocked.js";
import { present } from "../../math/lists.js";
import { type BooleanMatrix, cellOf, isTrue, type Matrix } from "../../math/matrix.js";
import type { AttendSettings } from "../attend-settings.js";
import { offsetText } from "../offset-text.js";
import { requireQueryRows } from "../shapes.js";

/** The numbers of queries and keys, and their positions. */
export interface MaskSizes {
  readonly numQueries: number;
  readonly numKeys: number;
  /** The number of keys that came before the queries (a KV cache). By default query 0 is placed after them. */
  readonly pastKeys?: number | undefined;
  /**
   * The number of keys after the others that every query may attend to: bias_k, a zero key. Mask rules do not apply to
   * them.
   */
  readonly unmaskedKeys?: number;
  /** For local attention: the position that each query looks at among the keys, n×1. */
  readonly alignedPositions?: Matrix | undefined;
}

/** What is known about the masks of a run. */
interface AskedMasks extends MaskSizes {
  readonly settings: AttendSettings;
  /** The boolean matrix that was given, n×m or 1×m, unchanged. */
  readonly givenMask?: BooleanMatrix | undefined;
}

/** What mask rules depend on: n queries, m keys, and query 0 at key `offset`. */
interface MaskContext extends AskedMasks {
  /** A rule that reads it depends on the alignment, which must then be certain. */
  readonly offset: number;
}

/** The keys from `low` up to, but not including, `high`. The range may extend beyond the existing keys. */
interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/** A rule about which keys a query may attend to. All active rules must allow a key. */
interface Mask {
  /** The rule in words, for the conventions of a run. */
  readonly text: string;
  /** Returns a range of keys; query `i` may attend to no key outside it. */
  range(i: number): KeyRange;
  /** Whether query `i` may attend to key `j` of its range. Absent if it may attend to all of them. */
  allows?(i: number, j: number): boolean;
  /** Says why a blocked cell is blocked: "key 2 comes after query 1". */
  reason(i: number, j: number): string;
}

/** Returns a rule in a run; undefined if it is not active there. */
type MaskRule = (context: MaskContext) => Mask | undefined;

const OPEN = Number.POSITIVE_INFINITY;

/** The given mask: true means may attend, or with `maskTrue: "drop"` may not. */
const given: MaskRule = ({ givenMask, settings: { maskTrue } }) => {
  if (!givenMask) return undefined;
  const rowOf = (i: number) => (givenMask.rows === 1 ? 0 : i);
  const isSet = (i: number, j: number) => isTrue(givenMask, rowOf(i), j);
  return {
    text: maskTrue === "drop" ? "mask: true may not attend" : "mask: true may attend",
    range: () => ({ low: 0, high: OPEN }),
    allows: (i, j) => isSet(i, j) === (maskTrue !== "drop"),
    reason: (i, j) => `the mask is ${isSet(i, j)} at [${rowOf(i)}, ${j}]`,
  };
};

/** Only the first N keys exist; the rest is padding. */
const keyLength: MaskRule = ({ settings: { keyLength: count } }) =>
  count === undefined
    ? undefined
    : {
        text: `only the first ${count} keys exist`,
        range: () => ({ low: 0, high: count }),
        reason: (_, j) => `key ${j} is padding: ${count} keys exist`,
      };

/** Query i may attend to keys j ≤ i + offset. */
const causal: MaskRule = (context) => {
  if (!context.settings.causal) return undefined;
  const { offset } = context;
  return {
    text: `causal: query i sees keys j ≤ i${offsetText(offset)}`,
    range: (i) => ({ low: 0, high: i + offset + 1 }),
    reason: (i, j) =>
      `key ${j} comes after query ${i}${offset === 0 ? "" : `, which stands at key ${i + offset}`}`,
  };
};

/**
 * A window around the query's own position. `window` W means exactly W keys, including the query's own: i + offset − W
 * < j ≤ i + offset. `windowLeft` and `windowRight` limit one side each; the other has no limit.
 */
const window: MaskRule = (context) => {
  const { window: width, windowLeft, windowRight } = context.settings;
  if ((width ?? windowLeft ?? windowRight) === undefined) return undefined;
  const { offset } = context;
  const position = `i${offsetText(offset)}`;
  const rules = present([
    width !== undefined && `${counted(width, "key")} a row, ${position} − ${width} < j ≤ ${position}`,
    windowLeft !== undefined && `j ≥ ${position} − ${windowLeft}`,
    windowRight !== undefined && `j ≤ ${position} + ${windowRight}`,
  ]);
  const left = Math.min(windowLeft ?? OPEN, (width ?? OPEN) - 1);
  const right = Math.min(windowRight ?? OPEN, width === undefined ? OPEN : 0);
  return {
    text: `window: ${rules.join(", ")}`,
    range: (i) => ({ low: i + offset - left, high: i + offset + 1 + right }),
    reason: (i, j) =>
      j < i + offset - left
        ? `key ${j} is before the window, which starts at ${i + offset - left}`
        : `key ${j} is behind the window, which ends at ${i + offset + right}`,
  };
};

/** Local attention: the keys p_i − D … p_i + D around the position p_i of query i, which may be a fraction. */
const local: MaskRule = ({ alignedPositions, settings: { localWindow } }) => {
  if (!alignedPositions) return undefined;
  const positionOf = (i: number) => cellOf(alignedPositions, i, 0);
  return {
    text: `local: keys within D = ${localWindow} of the query's place p`,
    range(i) {
      const position = positionOf(i);
      // A position that is NaN does not limit the keys. The NaN then appears in the weights.
      if (Number.isNaN(position)) return { low: 0, high: OPEN };
      return { low: Math.ceil(position - localWindow), high: Math.floor(position + localWindow) + 1 };
    },
    reason: (i, j) =>
      `key ${j} is more than D = ${localWindow} away from place ${Number(positionOf(i).toPrecision(4))}`,
  };
};

/** Every mask rule. The first one that blocks a cell gives the reason. */
const MASKS: readonly MaskRule[] = [given, keyLength, causal, window, local];

/**
 * Combines all active mask rules: a key may be attended to if every rule allows it. n×(m + unmasked keys). Returns
 * undefined if no rule is active. Throws SHAPE_MISMATCH for a given mask that is neither n×m nor 1×m, and BAD_VALUE for
 * a key length above m. Throws ALIGNMENT_NEEDED for a causal mask or window if n ≠ m and no setting gives the position
 * of query 0.
 */
export function combineMasks(asked: AskedMasks) {
  checkSizes(asked);
  let alignment: number | undefined;
  const context: MaskContext = {
    ...asked,
    get offset() {
      alignment ??= resolveOffset(asked);
      return alignment;
    },
  };
  const masks = MASKS.flatMap((rule) => rule(context) ?? []);
  if (masks.length === 0) return undefined;
  const blocked = blockKeys(masks, asked);
  const allows = (mask: Mask, i: number, j: number) => {
    const { low, high } = mask.range(i);
    return low <= j && j < high && mask.allows?.(i, j) !== false;
  };
  return {
    blocked,
    /** The blocked cells, n×m, 1 = blocked. Computed when it is first read. */
    cells: blockedCells(blocked),
    reason: (i: number, j: number) => masks.find((mask) => !allows(mask, i, j))?.reason(i, j) ?? "",
    /** The active rules, in words. */
    rules: masks.map(({ text }) => text),
    /** The position of query 0 among the keys, if a rule depends on it. */
    alignment,
  };
}

/** Intersects the key ranges of all rules, and adds the cells that a given mask blocks. */
function blockKeys(masks: readonly Mask[], asked: AskedMasks): BlockedKeys {
  const { numQueries, numKeys, unmaskedKeys = 0, givenMask, settings } = asked;
  const blocks = settings.maskTrue === "drop" ? 1 : 0;
  const low = new Float64Array(numQueries);
  const high = new Float64Array(numQueries).fill(numKeys);
  for (const mask of masks) {
    for (let i = 0; i < numQueries; i++) {
      const range = mask.range(i);
      low[i] = Math.min(numKeys, Math.max(low[i], range.low));
      high[i] = Math.min(high[i], range.high);
    }
  }
  for (let i = 0; i < numQueries; i++) high[i] = Math.max(low[i], high[i]);
  return {
    rows: numQueries,
    cols: numKeys + unmaskedKeys,
    numRuled: numKeys,
    low,
    high,
    cells: givenMask && { ...givenMask, data: givenMask.data.map((cell) => (cell === blocks ? 1 : 0)) },
  };
}

function checkSizes({ givenMask, numQueries, numKeys, settings: { keyLength = 0 } }: AskedMasks) {
  if (givenMask) requireQueryRows({ rows: numQueries, cols: numKeys }, { key: "mask", shape: givenMask });
  if (keyLength > numKeys)
    refuseAs(
      "BAD_VALUE",
      `${setting("keyLength")} is ${keyLength}, but there are only ${numKeys} keys.`,
      `Give at most ${numKeys}, or leave it out: then all keys exist.`,
    );
}

/** Returns the position of query 0 among the keys. */
export function resolveOffset({ numQueries, numKeys, pastKeys, settings }: AskedMasks) {
  const { align, queryOffset, keyLength = numKeys } = settings;
  if (align && queryOffset !== undefined)
    refuseAs(
      "CONFLICTING_INPUTS",
      `${setting("align")} and ${setting("queryOffset")} both say where query 0 stands.`,
      "Leave one of them out.",
    );
  if (queryOffset !== undefined) return queryOffset;
  const bottomRight = keyLength - numQueries;
  if (align) return align === "bottom-right" ? bottomRight : 0;
  if (pastKeys !== undefined) return pastKeys;
  if (numQueries === numKeys) return 0;
  return refuseAs(
    "ALIGNMENT_NEEDED",
    `There are ${numKeys} keys for ${counted(numQueries, "query", "queries")}, so it is not certain which keys come before a query.`,
    `Pass ${setting("align")} top-left (query 0 stands at key 0, as torch's is_causal) or ` +
      `${setting("align")} bottom-right (at key ${bottomRight}, as with a KV cache), or ${setting("queryOffset")} N.`,
  );
}

/** Whether the mask forbids every query to attend to its own position. Often true and false were swapped then. */
export function blocksDiagonal(blocked: BlockedKeys): boolean {
  const { rows, cols } = blocked;
  if (rows !== cols || rows < 2) return false;
  for (let i = 0; i < rows; i++) if (!isBlocked(blocked, i, i)) return false;
  return true;
}
