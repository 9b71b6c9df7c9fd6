import { counted } from "../../errors.js";
import { type BooleanMatrix, cellOf, isTrue, type Matrix } from "../../math/matrix.js";
import type { AttendSettings } from "../attend-settings.js";
import { offsetText } from "../offset-text.js";

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
export interface MaskContext extends MaskSizes {
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

function givenAt(i: number, j: number, { givenMask: matrix }: MaskContext): boolean {
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
export const MASKS: readonly Mask[] = [given, keyLength, causal, window, local];
