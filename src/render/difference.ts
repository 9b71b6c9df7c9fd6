import type { ArrayDifference } from "../check/machine/compare-arrays.js";
import { counted } from "../errors.js";
import { type Document, line, outline } from "./document.js";
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
  const size = shape.join("×");
  if (wrong === 0) {
    const most =
      largest.distance === 0 ? "" : `; largest difference at ${place}: ${apart}; mean ${threeDigits(mean)}`;
    const verdict = largest.distance === 0 ? "the same" : `the same within ${rule}`;
    return {
      blocks: [
        outline([
          line(`✓ ${title}${verdict}`, "strong"),
          line(`${countText(of)} numbers (${size})${most}`, "plain", 1),
        ]),
      ],
    };
  }
  const lost = nonFinite > 0 ? `, ${countText(nonFinite)} of them finite in only one array` : "";
  const axes = along.flatMap((indices, axis) =>
    indices.length === shape[axis] ? [] : [`axis ${axis}: ${indices.join(", ")}`],
  );
  const rows = where && [
    ...where.map.lines.map((text) => line(text, "formula", 1)),
    line(
      `${counted(where.map.rowsOfLine, "row")} per line, ${counted(where.map.columnsOfMark, "column")} per mark, other axes below each other; · within the tolerance, 1–9: 2 … 512 times the tolerance`,
      "dim",
      1,
    ),
  ];
  return {
    blocks: [
      outline([
        line(
          `✗ ${title}${countText(wrong)} of ${countText(of)} numbers differ by more than ${rule}${lost}`,
          "wrong",
        ),
        line(`worst at ${place}: ${apart}`, "plain", 1),
        ...(axes.length > 0 ? [line(`wrong at ${axes.join("; ")}`, "plain", 1)] : []),
        ...(order
          ? [
              line(
                `All numbers agree if the reference's axes are in the order ${order.join(", ")}: two axes are swapped.`,
                "strong",
                1,
              ),
            ]
          : []),
        ...(rows ?? []),
      ]),
    ],
  };
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
