import { counted, refuseAs, setting } from "../../errors.js";
import { blockedCells, isBlocked } from "../../math/blocked.js";
import { type BooleanMatrix, cellOf, isTrue, type Matrix } from "../../math/matrix.js";
import type { Masking } from "../../ops/masking.js";
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

/** What mask rules depend on: n queries, m keys, and query 0 at key `offset`. */
interface MaskContext extends MaskSizes {
  readonly offset: number;
  readonly settings: AttendSettings;
  /** The boolean matrix that was given, n×m or 1×m, unchanged. */
  readonly givenMask?: BooleanMatrix | undefined;
}

/** The keys from `low` up to, but not including, `high`. The range may extend beyond the existing keys. */
interface KeyRange {
  readonly low: number;
  readonly high: number;
}

/**
 * A rule about which keys a query may attend to. One entry per rule in registry.ts. All active rules must allow a key.
 */
export interface Mask {
  isOn(context: MaskContext): boolean;
  /** Returns a range of keys; query `i` may attend to no key outside it. */
  range(i: number, context: MaskContext): KeyRange;
  /** Whether query `i` may attend to key `j` of its range. Absent if it may attend to all of them. */
  allows?(i: number, j: number, context: MaskContext): boolean;
  /** Says why a blocked cell is blocked: "key 2 comes after query 1". */
  reason(i: number, j: number, context: MaskContext): string;
  /** Describes the rule, for the conventions of a run. */
  describe(context: MaskContext): string;
  /** Whether the rule depends on the position of query 0 among the keys. */
  readonly needsAlignment?: true;
}

/** The given mask: true means may attend, or with `maskTrue: "drop"` may not. */
const given: Mask = {
  isOn: (context) => context.givenMask !== undefined,
  range: () => ({ low: 0, high: Number.POSITIVE_INFINITY }),
  allows: (i, j, context) => givenAt(i, j, context) === (context.settings.maskTrue !== "drop"),
  reason: (i, j, context) =>
    `the mask is ${givenAt(i, j, context)} at [${context.givenMask?.rows === 1 ? 0 : i}, ${j}]`,
  describe: ({ settings }) =>
    settings.maskTrue === "drop" ? "mask: true may not attend" : "mask: true may attend",
};

function givenAt(i: number, j: number, { givenMask: matrix }: MaskContext) {
  return matrix !== undefined && isTrue(matrix, matrix.rows === 1 ? 0 : i, j);
}

/** Only the first N keys exist; the rest is padding. */
const keyLength: Mask = {
  isOn: ({ settings }) => settings.keyLength !== undefined,
  range: (_, { settings }) => ({ low: 0, high: settings.keyLength ?? Number.POSITIVE_INFINITY }),
  reason: (_, j, { settings }) => `key ${j} is padding: ${settings.keyLength} keys exist`,
  describe: ({ settings }) => `only the first ${settings.keyLength} keys exist`,
};

/** Query i may attend to keys j ≤ i + offset. */
const causal: Mask = {
  needsAlignment: true,
  isOn: ({ settings }) => settings.causal === true,
  range: (i, { offset }) => ({ low: 0, high: i + offset + 1 }),
  reason: (i, j, { offset }) =>
    offset === 0
      ? `key ${j} comes after query ${i}`
      : `key ${j} comes after query ${i}, which stands at key ${i + offset}`,
  describe: ({ offset }) => `causal: query i sees keys j ≤ i${offsetText(offset)}`,
};

/**
 * A window around the query's own position. `window` W means exactly W keys, including the query's own: i + offset − W
 * < j ≤ i + offset. `windowLeft` and `windowRight` limit one side each; the other has no limit.
 */
const window: Mask = {
  needsAlignment: true,
  isOn: ({ settings: { window: width, windowLeft, windowRight } }) =>
    (width ?? windowLeft ?? windowRight) !== undefined,
  range: windowAround,
  reason(i, j, context) {
    const { low, high } = windowAround(i, context);
    return j < low
      ? `key ${j} is before the window, which starts at ${low}`
      : `key ${j} is behind the window, which ends at ${high - 1}`;
  },
  describe({ offset, settings: { window: width, windowLeft, windowRight } }) {
    const position = `i${offsetText(offset)}`;
    const rules = [
      width === undefined ? "" : `${counted(width, "key")} a row, ${position} − ${width} < j ≤ ${position}`,
      windowLeft === undefined ? "" : `j ≥ ${position} − ${windowLeft}`,
      windowRight === undefined ? "" : `j ≤ ${position} + ${windowRight}`,
    ];
    return `window: ${rules.filter(Boolean).join(", ")}`;
  },
};

const OPEN = Number.POSITIVE_INFINITY;

function windowAround(i: number, { offset, settings }: MaskContext) {
  const { window: width, windowLeft = OPEN, windowRight = OPEN } = settings;
  const position = i + offset;
  return {
    low: position - Math.min(windowLeft, (width ?? OPEN) - 1),
    high: position + 1 + Math.min(windowRight, width === undefined ? OPEN : 0),
  };
}

/** Local attention: the keys p_i − D … p_i + D around the position p_i of query i, which may be a fraction. */
const local: Mask = {
  isOn: ({ alignedPositions }) => alignedPositions !== undefined,
  range(i, context) {
    const position = alignedPositionOf(i, context);
    // A position that is NaN does not limit the keys. The NaN then appears in the weights.
    if (Number.isNaN(position)) return { low: 0, high: OPEN };
    const { localWindow } = context.settings;
    return { low: Math.ceil(position - localWindow), high: Math.floor(position + localWindow) + 1 };
  },
  reason: (i, j, context) =>
    `key ${j} is more than D = ${context.settings.localWindow} away from place ${Number(alignedPositionOf(i, context).toPrecision(4))}`,
  describe: ({ settings }) => `local: keys within D = ${settings.localWindow} of the query's place p`,
};

const alignedPositionOf = (i: number, { alignedPositions }: MaskContext) =>
  alignedPositions ? cellOf(alignedPositions, i, 0) : i;

/** Every mask rule. The first one that blocks a cell gives the reason. */
const MASKS: readonly Mask[] = [given, keyLength, causal, window, local];

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
function blockKeys(masks: readonly Mask[], context: MaskContext) {
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

function checkSizes({ givenMask, numQueries, numKeys, settings }: Omit<MaskContext, "offset">) {
  if (givenMask) requireQueryRows({ rows: numQueries, cols: numKeys }, { key: "mask", shape: givenMask });
  const { keyLength = 0 } = settings;
  if (keyLength > numKeys)
    refuseAs(
      "BAD_VALUE",
      `${setting("keyLength")} is ${keyLength}, but there are only ${numKeys} keys.`,
      `Give at most ${numKeys}, or leave it out: then all keys exist.`,
    );
}

/** Returns the position of query 0 among the keys. */
function resolveOffset({ numQueries, numKeys, pastKeys, settings }: Omit<MaskContext, "offset">) {
  const { align, queryOffset, keyLength } = settings;
  if (align !== undefined && queryOffset !== undefined)
    refuseAs(
      "CONFLICTING_INPUTS",
      `${setting("align")} and ${setting("queryOffset")} both say where query 0 stands.`,
      "Leave one of them out.",
    );

  if (queryOffset !== undefined) return queryOffset;
  const bottomRight = (keyLength ?? numKeys) - numQueries;
  if (align !== undefined) return align === "bottom-right" ? bottomRight : 0;
  if (pastKeys !== undefined) return pastKeys;
  if (numQueries === numKeys) return 0;
  refuseAs(
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
