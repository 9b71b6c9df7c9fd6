import { toAscii } from "../ascii.js";
import { type Location, listed, refuseAs } from "../errors.js";

interface Labelled {
  readonly key: string;
  readonly place: Location;
  readonly side: "rows" | "columns";
}

/**
 * For each name of an axis, returns the index of its row or column in a table with the labels `given`. Returns
 * undefined if the order need not change: there are no labels, they count up, or they are in order. Labels that count
 * in another order are sorted by their numbers. Throws UNKNOWN_NAME for other labels, DUPLICATE_KEY for a label that
 * occurs twice.
 */
export function indicesByLabel(
  given: readonly string[] | undefined,
  names: readonly string[] | undefined,
  count: number,
  { key, place, side }: Labelled,
): readonly (number | undefined)[] | undefined {
  if (!given || given.length !== count) return undefined;
  const counted = countedPlaces(given);
  const reordered = counted?.every((place, at) => place === at) ? undefined : counted;
  if (!names) return reordered;
  const written = given.map(plainLabel);
  const expected = names.map(plainLabel);
  if (written.length === expected.length && written.every((name, at) => name === expected[at]))
    return undefined;
  const [placeOf, rowOf] = [firstPlaces(written), firstPlaces(expected)];
  const isKnown = written.every((name) => rowOf.has(name));
  if (!isKnown && counted) return reordered;
  if (!isKnown) {
    const shown = given.map((name) => name || "(nothing)");
    const unknown = shown.filter((_, at) => !rowOf.has(written[at]));
    const message = `the ${side} of ${key} are ${listed(names)}, but they are called ${listed(shown)}.`;
    refuseAs("UNKNOWN_NAME", message, {
      hint: `None of the ${side} is called ${listed(unknown)}: write these names, in any order, or none.`,
      location: place,
    });
  }
  const isTwice = (places: ReadonlyMap<string, number>) => (name: string, at: number) =>
    places.get(name) !== at;
  const knownTwice = new Set(expected.filter(isTwice(rowOf)));
  const twice = written.find((name, at) => isTwice(placeOf)(name, at) || knownTwice.has(name));
  if (twice !== undefined)
    refuseAs("DUPLICATE_KEY", `"${twice}" names several ${side} of ${key}, which are in another order.`, {
      hint: `Write the ${side} in the order ${listed(names)}.`,
      location: place,
    });

  return expected.map((name) => placeOf.get(name));
}

/** Returns the first index of each name. */
const firstPlaces = (names: readonly string[]): ReadonlyMap<string, number> =>
  new Map(names.map((name, at) => [name, at] as const).reverse());

/** Normalises a label, including labels that qkv wrote with --ascii. */
const plainLabel = (label: string) => toAscii(label.trim()).toLowerCase();

/** A longer label counts nothing. The pattern would be slow on it. */
const LONGEST = 100;

/**
 * Returns the place of each row in the order of its label, if labels only count: `row 2`, `row 0`, `row 1`. They differ
 * only by a number, and the smallest is 0 or 1.
 */
function countedPlaces(labels: readonly string[]) {
  const parts = labels.map((label) =>
    label.length > LONGEST ? null : /^(.*?)[\s_#-]*(\d+)\D?$/.exec(label.trim()),
  );
  const numbers = parts.map((part) => Number(part?.[2]));
  const first = Math.min(...numbers);
  const places = numbers.map((_, at) => numbers.indexOf(first + at));
  const isAlike = parts.every((part) => part && part[1] === parts[0]?.[1]);
  return isAlike && [0, 1].includes(first) && !places.includes(-1) ? places : undefined;
}
