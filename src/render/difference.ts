import type { ArrayDifference } from "../check/machine/compare-arrays.js";
import { counted } from "../errors.js";
import { type Document, line, outline, type Tone } from "./document.js";
import type { JsonValue } from "./json-value.js";
import { countText, threeDigits } from "./short-numbers.js";

/** Numbers that differ by more units are not roundings of each other. */
const MOST_UNITS = 1e6;

/**
 * Describes for people how far two arrays agree, and where they differ. It includes their name if there are several.
 */
export function describeDifference(found: ArrayDifference, name?: string): Document {
  const title = name === undefined ? "" : `${name}: `;
  const { shape, type, tolerance, of, wrong, nonFinite, largest, mean, along, where, order } = found;
  const rule = `the tolerance of ${type}, ${threeDigits(tolerance.atol)} + ${threeDigits(tolerance.rtol)}·|reference|`;
  const place = `[${largest.at.join(", ")}]`;
  const inUnits =
    largest.ulps < MOST_UNITS ? `, ${threeDigits(largest.ulps)} units in the last place of ${type}` : "";
  const apart = `${threeDigits(largest.got)} instead of ${threeDigits(largest.reference)}, off by ${threeDigits(largest.distance)}${inUnits}`;
  const below = (text: string, tone: Tone = "plain") => line(text, tone, 1);
  if (wrong === 0) {
    const isSame = largest.distance === 0;
    const most = isSame ? "" : `; largest difference at ${place}: ${apart}; mean ${threeDigits(mean)}`;
    const verdict = isSame ? "the same" : `the same within ${rule}`;
    const numbers = below(`${countText(of)} numbers (${shape.join("×")})${most}`);
    return [outline([line(`✓ ${title}${verdict}`, "strong"), numbers])];
  }
  const lost = nonFinite > 0 ? `, ${countText(nonFinite)} of them finite in only one array` : "";
  const axes = along.flatMap((indices, axis) =>
    indices.length === shape[axis] ? [] : [`axis ${axis}: ${indices.join(", ")}`],
  );
  const map = where?.map;
  const verdict = `✗ ${title}${countText(wrong)} of ${countText(of)} numbers differ by more than ${rule}${lost}`;
  return [
    outline([
      line(verdict, "wrong"),
      below(`worst at ${place}: ${apart}`),
      axes.length > 0 && below(`wrong at ${axes.join("; ")}`),
      order &&
        below(
          `All numbers agree if the reference's axes are in the order ${order.join(", ")}: two axes are swapped.`,
          "strong",
        ),
      ...(map?.lines ?? []).map((text) => below(text, "formula")),
      map &&
        below(
          `${counted(map.rowsOfLine, "row")} per line, ${counted(map.columnsOfMark, "column")} per mark, other axes below each other; · within the tolerance, 1–9: 2 … 512 times the tolerance`,
          "dim",
        ),
    ]),
  ];
}

/** Writes the same as JSON. */
export function differenceToJson(found: ArrayDifference): Readonly<Record<string, JsonValue>> {
  const { where, order, largest, tolerance, ...rest } = found;
  return {
    verdict: found.wrong === 0 ? "agrees" : "differs",
    ...rest,
    tolerance: { atol: tolerance.atol, rtol: tolerance.rtol },
    largest: { ...largest, at: [...largest.at] },
    along: found.along.map((indices) => [...indices]),
    shape: [...found.shape],
    ...(order && { order: [...order] }),
    ...(where && { rows: where.rows.map((range) => [...range]) }),
  };
}
