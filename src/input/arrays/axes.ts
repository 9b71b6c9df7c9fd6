import { isNameOfOutput } from "../../attention/names.js";
import { refuseValue } from "../../attention/setting.js";
import { type NdArray, reordered, split, withAxis } from "../../math/nd-array.js";
import { inputNamed } from "../names.js";
import { byWord } from "../words.js";
import { memberNamed } from "./member-names.js";

/** What an axis counts: batches, heads, positions, columns, or the arrays that are packed into one (q, k, v). */
export type Letter = "b" | "h" | "s" | "d" | "p";

/** The axes of an array, in order. An axis that combines several has all their letters: ["b", "s", "phd"]. */
export type Axes = readonly string[];

/** The layout of the arrays: one for all, and others for single arrays by name. */
export interface AxesSpec {
  /** The option's value as the user typed it. */
  readonly text: string;
  readonly all?: Axes | undefined;
  readonly of: ReadonlyMap<string, Axes>;
}

const HOW = "letters such as bhsd: b batch, h head, s (or n, t) position, d column, 3 packed q, k, v";

/** Parses `bhsd`, `bs(3hd)` or `q=bhsd,o=bshd`. Throws BAD_VALUE. */
export function parseAxesSpec(given: unknown): AxesSpec {
  const of = new Map<string, Axes>();
  let all: Axes | undefined;
  for (const part of String(given)
    .split(/[,;\s]+/)
    .filter(Boolean)) {
    const [, name, letters = part] = /^([\w.]+)[=:](.+)$/.exec(part) ?? [];
    if (name === undefined) all = parseAxes(letters, given);
    else of.set(plainNameOf(name), parseAxes(letters, given));
  }
  return all || of.size > 0 ? { text: String(given), ...(all && { all }), of } : refuseValue(given, HOW);
}

/** Returns the project's one name for an array: query for q, qkv for packed_qkv, output for o. */
export const plainNameOf = (name: string): string =>
  inputNamed(name) ?? memberNamed(name) ?? (isNameOfOutput(name) ? "output" : name);

/** Splits `bs(hd)` into its axes: b, s and hd. */
export const axesIn = (text: string): Axes =>
  (text.match(/\([^()]+\)|[^()]/g) ?? []).map((axis) => axis.replace(/[()]/g, ""));

/** Parses one word of letters. In JAX's btnh, n counts heads and h counts columns. */
function parseAxes(text: string, given: unknown): Axes {
  const plain = text.toLowerCase();
  const hasHeadsAsN = /n/.test(plain) && /[tsl]/.test(plain);
  const letterOf = (sign: string): Letter | undefined => {
    if (hasHeadsAsN && sign === "n") return "h";
    if (hasHeadsAsN && sign === "h") return "d";
    return LETTERS.get(sign);
  };
  const axes = axesIn(plain).map((axis) => Array.from(axis, (sign) => letterOf(sign) ?? "?").join(""));
  const letters = axes.join("");
  const isKnown = /^[bhsdp]+$/.test(letters) && new Set(letters).size === letters.length;
  return isKnown && letters.includes("s") ? axes : refuseValue(given, HOW);
}

const LETTERS = byWord<Letter>({ b: "b", h: "h", s: "s n t l m", d: "d c e k", p: "p 3 2" });

/** Returns axes in the form that --axes takes: bs(3hd). */
export const axesText = (axes: Axes): string =>
  axes
    .map((axis) => axis.replace("p", "3"))
    .map((axis) => (axis.length > 1 ? `(${axis})` : axis))
    .join("");

/**
 * Splits the combined axes of an array, so that each letter has its own axis. `known` has the lengths of the letters;
 * at most one per combined axis may be missing. Returns undefined if the lengths do not divide evenly.
 */
export function splitAxes(
  array: NdArray,
  axes: Axes,
  known: Partial<Record<Letter, number>>,
): { readonly array: NdArray; readonly axes: Axes } | undefined {
  let [view, letters] = [array, axes];
  for (const [index, axis] of axes.entries()) {
    if (axis.length === 1) continue;
    const rest = Array.from(axis) as Letter[];
    const product = rest.reduce((all, letter) => all * (known[letter] ?? 1), 1);
    const open = rest.filter((letter) => known[letter] === undefined);
    const length = array.shape[index] / product;
    if (open.length > 1 || !Number.isInteger(length) || (open.length === 0 && length !== 1)) return undefined;
    const place = letters.indexOf(axis);
    view = split(
      view,
      place,
      rest.map((letter) => known[letter] ?? length),
    );
    letters = letters.toSpliced(place, 1, ...rest);
  }
  return { array: view, axes: letters };
}

const ORDER = ["b", "h", "s", "d"] as const;

/** Puts the axes of an array into the order b, h, s, d. Axes that it does not have are added with length 1. */
export function inOrder(array: NdArray, axes: Axes): NdArray {
  let [view, letters] = [array, axes];
  for (const letter of ORDER) {
    if (letters.includes(letter)) continue;
    view = withAxis(view, view.shape.length);
    letters = [...letters, letter];
  }
  return reordered(
    view,
    ORDER.map((letter) => letters.indexOf(letter)),
  );
}
