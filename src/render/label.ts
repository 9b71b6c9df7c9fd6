import stringWidth from "string-width";
import { greatest, tabulate } from "../math/lists.js";
import type { Axis } from "../trace/trace.js";
import { isNarrow } from "./narrow.js";

/** The names of positions on an axis, as tables show them. */
export interface Labels {
  /** Indices are flush right like numbers, names flush left. */
  readonly align: "left" | "right";
  at(position: number): string;
}

/**
 * Returns the labels of an axis, or indices from 0 if it has none. If a label occurs twice ("the cat saw the dog"),
 * every label gets its index in front.
 */
export function labelsOf({ labels }: Axis): Labels {
  if (!labels) return { align: "right", at: String };
  const repeats = new Set(labels).size < labels.length;
  return {
    align: "left",
    at(position) {
      const label = labels[position];
      if (label === undefined) return String(position);
      return repeats ? `${position} ${showLabel(label)}` : showLabel(label);
    },
  };
}

/** Returns the labels of the first positions on an axis. */
export const namesOn = (axis: Axis, count: number) => tabulate(count, labelsOf(axis).at);

/** Names one position: a number is preceded by the name of its axis. */
export function nameAlong(axis: Axis, position: number) {
  const name = labelsOf(axis).at(position);
  return axis.labels ? name : `${axis.name} ${name}`;
}

/**
 * Makes a label safe and visible. Control and format characters become escapes, so that a token can neither break a
 * line nor send a command to the terminal. A label that is empty or has blanks at its ends gets quotes.
 */
export function showLabel(label: string) {
  const quoted = label.trim() === label && label !== "" ? label : `"${label}"`;
  // There is nothing to escape. This check is faster than building the pattern below.
  if (isNarrow(quoted)) return quoted;
  return quoted.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };

function escapeCharacter(character: string) {
  const code = character.codePointAt(0) ?? 0;
  return (
    SHORT_ESCAPES[character] ??
    `\\u${code > 0xffff ? `{${code.toString(16)}}` : code.toString(16).padStart(4, "0")}`
  );
}

const knownWidths = new Map<string, number>();
const MOST_KNOWN_WIDTHS = 10_000;

/** Returns how many columns a text fills in a terminal. Colours do not count. */
export function widthOf(text: string) {
  if (isNarrow(text)) return text.length;
  // Few different texts get here (labels, painted signs), and measuring them is slow.
  let width = knownWidths.get(text);
  if (width === undefined) {
    width = stringWidth(text);
    if (knownWidths.size >= MOST_KNOWN_WIDTHS) knownWidths.clear();
    knownWidths.set(text, width);
  }
  return width;
}

/** Returns the text, or as much of its beginning as fits `width` columns together with the sign `cut`. */
export function truncate(text: string, width: number, cut: string) {
  if (widthOf(text) <= width) return text;
  const room = width - widthOf(cut);
  let kept = "";
  for (const character of text) {
    if (widthOf(kept + character) > room) break;
    kept += character;
  }
  return room < 0 ? "" : kept + cut;
}

/** Returns the width of the widest text. */
export function widest(texts: readonly string[]) {
  return greatest(texts, widthOf);
}

/** Pads a text with blanks to `width`, on the side opposite to its alignment. */
export function alignTo(text: string, width: number, align: "left" | "right") {
  const blanks = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "left" ? text + blanks : blanks + text;
}
