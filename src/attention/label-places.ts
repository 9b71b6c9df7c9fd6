import { toAscii } from "../ascii.js";
import { listed, UserError } from "../errors.js";

/** Where errors say that a table stands. */
export interface Place {
  readonly source: string;
  readonly line?: number;
}

interface Labelled {
  readonly key: string;
  readonly place: Place;
  readonly side: "rows" | "columns";
}

/**
 * For each of the names of an axis, where what it names stands in a table with the `given` ones; undefined where these say
 * nothing of the order, since there are none, they count up, or stand as they should. Names that count in another order go
 * by their numbers. Throws UNKNOWN_NAME for other names,
 * DUPLICATE_KEY for one that stands twice.
 */
export function placesOf(
  given: readonly string[] | undefined,
  names: readonly string[] | undefined,
  count: number,
  { key, place, side }: Labelled,
): readonly (number | undefined)[] | undefined {
  if (!given || given.length !== count) return undefined;
  if (!names) return countedPlaces(given);
  const written = given.map(plainLabel);
  const known = names.map(plainLabel);
  if (written.length === known.length && written.every((name, at) => name === known[at])) return undefined;
  const [placeOf, rowOf] = [firstPlaces(written), firstPlaces(known)];
  const isKnown = written.every((name) => rowOf.has(name));
  if (!isKnown && (countsUp(given) || countedPlaces(given))) return countedPlaces(given);
  if (!isKnown) {
    const shown = given.map((name) => name || "(nothing)");
    const unknown = shown.filter((_, at) => !rowOf.has(written[at]));
    const message = `the ${side} of ${key} are ${listed(names)}, but they are called ${listed(shown)}.`;
    throw new UserError("UNKNOWN_NAME", message, {
      hint: `None of the ${side} is called ${listed(unknown)}: write these names, in any order, or none.`,
      location: { ...place },
    });
  }
  const isTwice = (places: ReadonlyMap<string, number>) => (name: string, at: number) =>
    places.get(name) !== at;
  const knownTwice = new Set(known.filter(isTwice(rowOf)));
  const twice = written.find((name, at) => isTwice(placeOf)(name, at) || knownTwice.has(name));
  if (twice !== undefined) {
    throw new UserError(
      "DUPLICATE_KEY",
      `"${twice}" names several ${side} of ${key}, and stands in another order.`,
      {
        hint: `Write the ${side} in the order ${listed(names)}.`,
        location: { ...place },
      },
    );
  }
  return known.map((name) => placeOf.get(name));
}

/** Where each name stands first. */
function firstPlaces(names: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [at, name] of names.entries()) if (!places.has(name)) places.set(name, at);
  return places;
}

/** As qkv itself writes it with --ascii, too. */
const plainLabel = (label: string) => toAscii(label.trim()).toLowerCase();

/** `row 1`, `row 2`; `q0`, `q1`; `1`, `2`: names that say nothing but the place. */
function countsUp(labels: readonly string[]): boolean {
  const numbers = numbersOf(labels);
  return numbers?.every((number, at) => number === numbers[0] + at) ?? false;
}

/** Where each stands when names count in another order: `row 2`, `row 0`, `row 1`. Undefined for all others. */
function countedPlaces(labels: readonly string[]): readonly number[] | undefined {
  const numbers = numbersOf(labels);
  if (!numbers || countsUp(labels)) return undefined;
  const first = Math.min(...numbers);
  const places = numbers.map((_, at) => numbers.indexOf(first + at));
  return places.includes(-1) ? undefined : places;
}

/** The numbers in names that differ in nothing else, of which the least is 0 or 1. */
function numbersOf(labels: readonly string[]): readonly number[] | undefined {
  const parts = labels.map((label) => /^(.*?)[\s_#-]*(\d+)\D?$/.exec(label.trim()));
  const numbers = parts.map((part) => Number(part?.[2]));
  const isAlike = parts.every((part) => part && part[1] === parts[0]?.[1]);
  return isAlike && [0, 1].includes(Math.min(...numbers)) ? numbers : undefined;
}
