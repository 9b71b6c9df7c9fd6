import type { MachineStep } from "../check/machine/check-dump.js";
import type { Overview, OverviewWhere, Place } from "../check/machine/overview.js";
import { MAX_CELL_UNITS } from "../check/machine/rule.js";
import type { WorstCell } from "../check/machine/target-report.js";
import type { Where } from "../check/machine/where.js";
import { present } from "../math/lists.js";
import { rangesText } from "../math/ranges.js";
import { countText, percentOf, threeDigits } from "./short-numbers.js";

// Summarises all heads and batches of a dump in words.

/** Says what was compared, the result, the number with the largest error, and where numbers are off. */
export function overviewText(overview: Overview, areSeveral: boolean): readonly string[] {
  const { id, answer = id, wrong, of, nonFinite, nearest, tooCoarse } = overview;
  const name = areSeveral || overview.batches * overview.heads === 1 ? ` of ${answer}` : "";
  const parts = partsText(overview);
  const within = parts === "" ? "" : `${parts}: `;
  if (tooCoarse === undefined && wrong === 0 && !overview.where) {
    return [
      `${within}${countText(of)} numbers${name} right${nearest ? `; largest error: ${nearText(nearest)}` : ""}`,
    ];
  }
  const off = tooCoarse === undefined ? wrong : tooCoarse;
  const lost = nonFinite > 0 ? `, ${countText(nonFinite)} of them not finite` : "";
  const count = `${within}${countText(off)} of ${countText(of)} numbers${name} are off${lost}`;
  return [tooCoarse === undefined && nearest ? `${count}; worst: ${worstText(nearest)}` : count];
}

/** Names the batches and heads that were compared: `2 batches × 4 heads`. */
const partsText = ({ batches, heads }: Overview) =>
  [batches > 1 ? `${batches} batches` : "", heads > 1 ? `${heads} heads` : ""].filter(Boolean).join(" × ");

const placeText = ({ batch, head }: Place) =>
  [batch === undefined ? "" : `batch ${batch}`, head === undefined ? "" : `head ${head}`]
    .filter(Boolean)
    .join(", ");

type Nearest = NonNullable<Overview["nearest"]>;

const cellText = (nearest: Nearest) => {
  const [row, column] = nearest.cell;
  return [placeText(nearest), `row ${row}`, `column ${column}`].filter(Boolean).join(", ");
};

const nearText = (nearest: Nearest) =>
  `${cellText(nearest)}, ${nearest.units.toFixed(1)} of the ${MAX_CELL_UNITS} expected errors that are allowed`;

/** Above this number of expected errors, the distance is given in percent of the row. */
const MOST_UNITS_SHOWN = 1000;

const worstText = (nearest: Nearest) =>
  `${cellText(nearest)} is ${threeDigits(nearest.got)} instead of ${threeDigits(nearest.want)}${offText(nearest)}`;

/**
 * Says how far off a number is: `, off by 12 expected errors (8 are allowed)`. Empty if one of the two numbers is not
 * finite.
 */
export function offText({ got, want, units, rowSize }: WorstCell) {
  if (!Number.isFinite(units)) return "";
  if (units <= MOST_UNITS_SHOWN || rowSize === 0)
    return `, off by ${threeDigits(units)} expected errors (${MAX_CELL_UNITS} are allowed)`;
  return `, off by ${percentOf(Math.abs(got - want) / rowSize)} of the row`;
}

/** Says where numbers are off: `batch 1, heads 0–2, rows 0–30, all columns`. */
export function whereText({ batches, heads, where }: Overview, every: Where["every"]): string | undefined {
  if (!where) return undefined;
  const parts = where.parts
    ? [listed(where.parts)]
    : present([
        batches > 1 && named("batch", "batches", where.batches),
        heads > 1 && named("head", "heads", where.heads),
      ]);
  return [...parts, rowsText(where.rows, every), columnsText(where.columns)].join(", ");
}

const MOST_LISTED = 6;

function listed(parts: readonly Place[]) {
  const shown = parts.slice(0, MOST_LISTED).map(placeText).join("; ");
  return parts.length > MOST_LISTED ? `${shown}; … (${parts.length} parts)` : shown;
}

function named(one: string, many: string, ranges: OverviewWhere["batches"]) {
  if (ranges === "all") return `all ${many}`;
  const text = rangesText(ranges);
  return `${/^\d+$/.test(text) ? one : many} ${text}`;
}

/** Names the rows that are off: as ranges, or by the distance from each to the next. */
export function rowsText(rows: OverviewWhere["rows"], every: Where["every"]): string {
  if (every) return `rows ${rows[0].join("–")} and every ${every.step}th row after`;
  return rows.length === 0 ? "no single row" : `rows ${rangesText(rows)}`;
}

/** Names the columns that are off. */
export const columnsText = (columns: OverviewWhere["columns"]) =>
  columns === "all"
    ? "all columns"
    : columns.length === 0
      ? "no single column"
      : `columns ${rangesText(columns)}`;

/** The marks of an error map, from harmless to worst. */
export const MARKS = "·123456789∞";

/** Returns the worst of some marks. */
export const worstMark = (marks: string) =>
  MARKS[Math.max(...Array.from(marks, (mark) => MARKS.indexOf(mark)))];

/** Returns the answer with the worst cell; the first one if several are equal. */
export const worstOf = (steps: readonly MachineStep[]): MachineStep =>
  steps.reduce((worst, step) => (step.units.cell > worst.units.cell ? step : worst));
