import type { NdArray } from "../../math/nd-array.js";
import { type Axes, type AxesSpec, inOrder, type Letter, splitAxes } from "./axes.js";

export const ROLES = ["query", "key", "value"] as const;

/** The roles of the arrays of a problem. */
export type Role = (typeof ROLES)[number];

/** The given arrays, with their axes if these are known. */
export type GivenArrays = ReadonlyMap<Role, { readonly array: NdArray; readonly axes?: Axes | undefined }>;

/** Returns the entry of query, else of key, else of value. */
export const leading = <T>(of: ReadonlyMap<Role, T>): T | undefined =>
  of.get("query") ?? of.get("key") ?? of.get("value");

/** What is known about the layout besides the shapes of the arrays. */
export interface LayoutHints {
  readonly spec?: AxesSpec | undefined;
  readonly heads?: number | undefined;
  readonly kvHeads?: number | undefined;
  /** Whether sequences are concatenated, without an axis for batches. */
  readonly isVarlen: boolean;
  /** Whether names refer to flash-attention, which has positions before heads. */
  readonly isFlash: boolean;
  /** How much a layout contradicts the other arrays: 0 if not at all. */
  misfit(found: Layout): number;
}

/** A layout of the given arrays: `axes` as they are stored, `arrays` with their axes in the order b, h, s, d. */
export interface Layout {
  readonly axes: ReadonlyMap<Role, Axes>;
  readonly arrays: ReadonlyMap<Role, NdArray>;
  /** Whether heads come before positions. */
  readonly isHeadsFirst: boolean;
}

/** The layout that was found, and other possible ones. */
export interface FoundLayout extends Layout {
  readonly other?: Layout;
  /** Less likely layouts. They are tried if the answers are wrong in this one. */
  readonly unlikely: readonly Layout[];
}

/** Finds the layout of query, key and value from their shapes and the hints. Returns undefined if no layout fits. */
export function findLayout(given: GivenArrays, hints: LayoutHints): FoundLayout | undefined {
  // An array beside packed ones has the same order as these.
  const [known] = Array.from(given.values(), ({ axes = [] }) => axes).filter((axes) => axes.includes("h"));
  const isFirst = known ? known.indexOf("h") < known.indexOf("s") : !hints.isFlash && !hints.isVarlen;
  const families = [isFirst, !isFirst];
  const found = families
    .flatMap((isHeadsFirst) => [false, true].map((inColumns) => ({ isHeadsFirst, inColumns })))
    .flatMap((choice) => layoutOf(given, choice, hints) ?? [])
    .map((layout) => ({ layout, penalty: penaltyOf(layout) + hints.misfit(layout) }));
  const least = Math.min(...found.map(({ penalty }) => penalty));
  const [best, other] = found.filter(({ penalty }) => penalty === least);
  if (!best) return undefined;
  const isOther = other && other.layout.isHeadsFirst !== best.layout.isHeadsFirst && !isGivenByAxes(hints);
  // A layout with hundreds of heads is not plausible, and slow to try.
  const unlikely = found.find(
    ({ layout }) =>
      layout !== other?.layout && layout.isHeadsFirst !== best.layout.isHeadsFirst && !hasManyHeads(layout),
  );
  const others = isGivenByAxes(hints) ? [] : [unlikely?.layout, positionsFirst(given, hints)];
  return {
    ...best.layout,
    ...(isOther && { other: other.layout }),
    unlikely: others.filter((layout) => layout !== undefined),
  };
}

/**
 * Returns the layout with positions before batches, as in Megatron and TransformerEngine, if the first axis is longer
 * than the next two.
 */
function positionsFirst(given: GivenArrays, hints: LayoutHints): Layout | undefined {
  const areLong = Array.from(given.values()).every(
    ({ array: { shape }, axes = ["b", "s", "h", "d"] }) =>
      shape.length === 4 && axes.join("") === "bshd" && shape[0] > Math.max(shape[1], shape[2]),
  );
  if (!areLong) return undefined;
  const spec = { text: "sbhd", all: ["s", "b", "h", "d"], of: new Map() };
  return layoutOf(given, { isHeadsFirst: false, inColumns: false }, { ...hints, spec });
}

const isGivenByAxes = ({ spec }: LayoutHints) => spec?.all !== undefined || (spec?.of.has("query") ?? false);

interface LayoutChoice {
  readonly isHeadsFirst: boolean;
  /** Whether heads are side by side in the columns. */
  readonly inColumns: boolean;
}

function layoutOf(given: GivenArrays, choice: LayoutChoice, hints: LayoutHints): Layout | undefined {
  const axes = new Map<Role, Axes>();
  const arrays = new Map<Role, NdArray>();
  const shapes = Array.from(given.values(), ({ array }) => array.shape);
  const ranks = shapes.map(({ length }) => length);
  const most = shapes[ranks.indexOf(Math.max(...ranks))];
  const { all } = hints.spec ?? {};
  if (all && !ranks.includes(all.length) && !all.join("").includes("p")) return undefined;
  for (const [role, { array, axes: own }] of given) {
    const letters = givenAxes(role, array, hints) ?? own ?? usual(role, array.shape, most, choice, hints);
    const { heads, kvHeads = heads } = hints;
    const known = role === "query" ? heads : kvHeads;
    const view =
      letters?.length === array.shape.length
        ? splitAxes(array, letters, known ? { h: known } : {})
        : undefined;
    if (!letters || !view) return undefined;
    axes.set(role, letters);
    arrays.set(role, inOrder(view.array, view.axes));
  }
  return fits(arrays, hints) ? { axes, arrays, isHeadsFirst: isHeadsFirst(axes, choice) } : undefined;
}

/** Returns the axes that --axes gives for an array, if their number is right. */
function givenAxes(role: Role, { shape }: NdArray, { spec }: LayoutHints): Axes | undefined {
  const axes = spec?.of.get(role) ?? spec?.all;
  return axes?.length === shape.length ? axes : undefined;
}

const isHeadsFirst = (axes: ReadonlyMap<Role, Axes>, choice: LayoutChoice) => {
  const letters = (leading(axes) ?? []).join("");
  return letters.includes("h") ? letters.indexOf("h") < letters.indexOf("s") : choice.isHeadsFirst;
};

/** Returns the letters of an array with this shape; `most` is the shape with the most axes. */
function usual(
  role: Role,
  { length: rank, 0: first }: readonly number[],
  most: readonly number[],
  { isHeadsFirst, inColumns }: LayoutChoice,
  hints: LayoutHints,
) {
  if (inColumns) return hints.heads === undefined ? undefined : IN_COLUMNS[rank];
  // One query per head, without an axis for positions: decoding kernels take it beside a cache.
  if (role === "query" && rank === most.length - 1 && !hints.isVarlen)
    return rank === 3 ? ["b", "h", "d"] : ["h", "d"];
  // Keys or values that all heads share.
  if (role !== "query" && rank === 3 && most.length === 4 && first === most[0]) return ["b", "s", "d"];
  return (isHeadsFirst ? HEADS_FIRST : HEADS_LAST)[rank];
}

/** The letters of an array by its number of axes. */
const IN_COLUMNS: readonly (Axes | undefined)[] = [undefined, undefined, ["s", "hd"], ["b", "s", "hd"]];
const HEADS_FIRST: readonly Axes[] = ["", "", "sd", "hsd", "bhsd"].map((letters) => [...letters]);
const HEADS_LAST: readonly Axes[] = ["", "", "sd", "shd", "bshd"].map((letters) => [...letters]);

const AXIS: Readonly<Record<Exclude<Letter, "p">, number>> = { b: 0, h: 1, s: 2, d: 3 };

/** Returns the length of an axis of an array in the order b, h, s, d. */
export const sizeOf = ({ shape }: NdArray, letter: keyof typeof AXIS): number => shape[AXIS[letter]];

/**
 * Whether arrays fit each other: equal numbers of batches, of keys and values, and of columns, and query heads that
 * share the key heads evenly.
 */
function fits(arrays: ReadonlyMap<Role, NdArray>, { heads, kvHeads }: LayoutHints): boolean {
  const [query, key, value] = ROLES.map((role) => arrays.get(role));
  const batches = new Set(Array.from(arrays.values(), (array) => sizeOf(array, "b")));
  if (batches.size > 1) return false;
  if (key && value && (sizeOf(key, "h") !== sizeOf(value, "h") || sizeOf(key, "s") !== sizeOf(value, "s")))
    return false;
  const kv = key ?? value;
  if (query && kv && sizeOf(query, "h") % sizeOf(kv, "h") !== 0) return false;
  if (query && key && sizeOf(query, "d") !== sizeOf(key, "d")) return false;
  if (heads !== undefined && query && sizeOf(query, "h") !== heads) return false;
  return kvHeads === undefined || !kv || sizeOf(kv, "h") === kvHeads;
}

/** The maximum number of heads in models (DeepSeek-V3 has 128). A longer axis is more likely one of positions. */
const MAX_HEADS = 128;

function hasManyHeads({ arrays }: Pick<Layout, "arrays">): boolean {
  const array = leading(arrays);
  return array !== undefined && sizeOf(array, "h") > MAX_HEADS;
}

/**
 * Counts the signs that a layout is wrong. There are more queries than keys. Query heads share kv heads, and outnumber
 * the keys or have a single key. There are more heads than models have. There are far more heads than positions, in a
 * number that 4 does not divide (counts twice).
 */
function penaltyOf({ arrays }: Layout): number {
  const [query, key] = [arrays.get("query"), arrays.get("key") ?? arrays.get("value")];
  const array = query ?? key;
  if (!array) return 0;
  const [heads, positions] = [sizeOf(array, "h"), sizeOf(array, "s")];
  const keys = key ? sizeOf(key, "s") : positions;
  const kvHeads = key ? sizeOf(key, "h") : heads;
  const isOdd = heads > 4 * positions && positions > 1 && heads % 4 !== 0;
  const hasMany = heads > MAX_HEADS && positions <= MAX_HEADS;
  const isShared = kvHeads !== heads;
  const signs = [positions > keys, isShared && heads > keys, isShared && keys === 1, hasMany, isOdd, isOdd];
  return signs.filter(Boolean).length;
}
