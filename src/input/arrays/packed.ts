import { sumOver } from "../../math/lists.js";
import { at, type NdArray, within } from "../../math/nd-array.js";
import { type Axes, splitAxes } from "./axes.js";
import type { LayoutHints, Role } from "./layout.js";

/** One of the arrays that are unpacked from a packed qkv or kv array. */
export interface Unpacked {
  readonly role: Role;
  readonly array: NdArray;
  /** Its axes if they are known; else they are found as for separate arrays. */
  readonly axes?: Axes | undefined;
}

/** Returns every way to unpack an array, the most usual first. */
export function unpackings(
  array: NdArray,
  roles: readonly Role[],
  hints: LayoutHints,
): readonly (readonly Unpacked[])[] {
  const { spec } = hints;
  const specified = spec?.of.get(roles.includes("query") ? "qkv" : "kv") ?? spec?.all;
  const own =
    specified?.length === array.shape.length && specified.join("").includes("p") ? specified : undefined;
  if (own) return [unpackAs(array, own, roles, hints) ?? []];
  const { shape } = array;
  const rank = shape.length;
  const places = PLACES.filter((place) => place < rank - 1 && shape[place] === roles.length);
  const splits = places.flatMap((place) =>
    axesBehind(place, rank).map((axes) =>
      roles.map((role, index) => ({ role, array: at(array, place, index), axes })),
    ),
  );
  const letters = rank === 3 ? ["b", "s", "phd"] : rank === 2 ? ["s", "phd"] : undefined;
  const inColumns = letters && unpackAs(array, letters, roles, hints);
  return [...(rank > 3 ? splits : []), ...(inColumns ? [inColumns] : [])];
}

/**
 * Returns the possible axes of the parts. If the axis of q, k, v comes after the positions, heads come after it (bs3hd,
 * sb3hd, t3hd); otherwise both orders are usual.
 */
function axesBehind(place: number, rank: number): readonly (Axes | undefined)[] {
  if (rank === 5 && place >= 2) return [place === 2 ? [..."bshd"] : undefined, [..."sbhd"]];
  return [rank === 4 && place === 1 ? ["s", "h", "d"] : undefined];
}

/**
 * Places of the axis of q, k, v: before the heads (bs3hd), first (3bhsd), after the batch or the positions (b3hsd,
 * t3hd), before the columns (bsh3d).
 */
const PLACES = [2, 0, 1, 3];

function unpackAs(
  array: NdArray,
  axes: Axes,
  roles: readonly Role[],
  { heads = 1, kvHeads = heads }: LayoutHints,
): readonly Unpacked[] | undefined {
  const place = axes.findIndex((axis) => axis.includes("p"));
  const axis = axes[place];
  const isEven = heads === kvHeads || !axis.includes("h");
  if (isEven) {
    const view = splitAxes(array, axes, { p: roles.length, ...(axis.includes("h") && { h: heads }) });
    const packed = view?.axes.indexOf("p") ?? -1;
    if (!view || view.array.shape[packed] !== roles.length) return undefined;
    const rest = view.axes.toSpliced(packed, 1);
    return roles.map((role, index) => ({ role, array: at(view.array, packed, index), axes: rest }));
  }
  // With fewer kv heads the parts differ in width and are concatenated.
  const counts = roles.map((role) => (role === "query" ? heads : kvHeads));
  const size = array.shape[place] / sumOver(counts);
  if (!Number.isInteger(size) || !axis.startsWith("p")) return undefined;
  const rest = axes.with(place, axis.replace("p", ""));
  return roles.map((role, index) => {
    const first = sumOver(counts.slice(0, index));
    return { role, array: within(array, place, first * size, counts[index] * size), axes: rest };
  });
}
