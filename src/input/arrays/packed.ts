import { at, type NdArray, within } from "../../math/nd-array.js";
import { type Axes, taken } from "./axes.js";
import type { LayoutHints, Role } from "./layout.js";

/** An array that holds query, key and value, or key and value, and what they are taken out as. */
export interface Unpacked {
  readonly role: Role;
  readonly array: NdArray;
  /** Where it is known; else it is found out as that of arrays by themselves. */
  readonly axes?: Axes | undefined;
}

/** Every way to take a packed array apart, the usual ones first. */
export function unpackings(
  array: NdArray,
  roles: readonly Role[],
  hints: LayoutHints,
): readonly (readonly Unpacked[])[] {
  const { spec } = hints;
  const said = spec?.of.get(roles.includes("query") ? "qkv" : "kv") ?? spec?.all;
  const own = said?.length === array.shape.length && said.join("").includes("p") ? said : undefined;
  if (own) return [unpackAs(array, own, roles, hints) ?? []];
  const { shape } = array;
  const rank = shape.length;
  const places = PLACES.filter((place) => place < rank - 1 && shape[place] === roles.length);
  const ways = places.flatMap((place) =>
    axesBehind(place, rank).map((axes) =>
      roles.map((role, index) => ({ role, array: at(array, place, index), axes })),
    ),
  );
  const letters = rank === 3 ? ["b", "s", "phd"] : rank === 2 ? ["s", "phd"] : undefined;
  const inColumns = letters && unpackAs(array, letters, roles, hints);
  return [...(rank > 3 || (rank === 4 && hints.isVarlen) ? ways : []), ...(inColumns ? [inColumns] : [])];
}

/** Kernels that pack the three behind the positions have heads behind them (bs3hd, sb3hd, t3hd); otherwise both orders are usual. */
function axesBehind(place: number, rank: number): readonly (Axes | undefined)[] {
  if (rank === 5 && place >= 2) return [place === 2 ? [..."bshd"] : undefined, [..."sbhd"]];
  return [rank === 4 && place === 1 ? ["s", "h", "d"] : undefined];
}

/** Where the three stand: before heads (bs3hd, t3hd), first of all (3bhsd), after the batch (b3hsd), before the columns (bsh3d). */
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
    const view = taken(array, axes, { p: roles.length, ...(axis.includes("h") && { h: heads }) });
    const packed = view?.axes.indexOf("p") ?? -1;
    if (!view || view.array.shape[packed] !== roles.length) return undefined;
    const rest = view.axes.toSpliced(packed, 1);
    return roles.map((role, index) => ({ role, array: at(view.array, packed, index), axes: rest }));
  }
  // With fewer kv heads the parts are not equally wide, and stand one after the other.
  const counts = roles.map((role) => (role === "query" ? heads : kvHeads));
  const size = array.shape[place] / counts.reduce((sum, count) => sum + count, 0);
  if (!Number.isInteger(size) || !axis.startsWith("p")) return undefined;
  const rest = axes.with(place, axis.replace("p", ""));
  return roles.map((role, index) => {
    const first = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
    return { role, array: within(array, place, first * size, counts[index] * size), axes: rest };
  });
}
