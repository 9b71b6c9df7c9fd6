import { setting } from "../errors.js";
import { present, tabulate } from "../math/lists.js";
import { cellOf } from "../math/matrix.js";
import { type Expression, partsOf } from "../trace/expression.js";
import {
  explainStep,
  findStep,
  keyIn,
  type Overview,
  type Step,
  scopeText,
  type Trace,
} from "../trace/trace.js";
import { nameCell } from "./cell-arithmetic.js";
import {
  type Block,
  type Gallery,
  type HeatMap,
  heading,
  line,
  type OutlineLine,
  outline,
  paragraph,
} from "./document.js";
import { writeExpression } from "./expression.js";
import { linesOf } from "./height.js";
import { labelsOf } from "./label.js";
import { chooseFormat, type Precision } from "./number.js";
import { type PictureView, pictureKind } from "./picture.js";
import { describeNumbers, type NumbersView, numbersOf } from "./step.js";

/** If the tables side by side need more lines than this, they are shown only on request. */
const MOST_TABLE_LINES = 24;
/** The maximum number of lines of all maps in a gallery together. */
const MOST_MAP_LINES = 34;
/** BESIDE: maps per row. LINES_AROUND: lines of a map besides its rows. */
const BESIDE = 4;
const LINES_AROUND = 5;
const MOST_PICTURES = 12;

/** Returns the steps of this id that an overview shows side by side. */
export function stepsBeside(
  trace: Pick<Trace, "steps">,
  { scopes, beside = scopes }: Overview,
  id: string,
): readonly Step[] {
  const keys = new Set(beside.map((scope) => keyIn(scope, id)));
  return trace.steps.filter((step) => keys.has(step.key) && step.isKept);
}

/** Describes steps of one id side by side: their tables if those are small, and their maps. */
export function describeBeside(
  steps: readonly Step[],
  trace: Trace,
  view: NumbersView & PictureView,
): Block[] {
  if (steps.length === 0) return [];
  const [{ title, formula, axes }] = steps;
  const first = steps.slice(0, MOST_PICTURES);
  const rowsOfMaps = Math.ceil(first.length / BESIDE);
  const mostRows = Math.max(4, Math.floor(MOST_MAP_LINES / rowsOfMaps) - LINES_AROUND);
  const maps = scopedMaps(first, view).map((map) => ({ ...map, block: { ...map.block, mostRows } }));
  const more = steps.length - first.length;
  const last = scopeText(steps[steps.length - 1].scope);
  return present([
    heading(title, { formula, shape: `${axes[0].name} × ${axes[1].name}` }),
    ...notesOf(steps).map((note) => paragraph(note, "dim")),
    ...galleryOfTables(first, trace, view, maps.length > 0),
    maps.length > 0 && ({ kind: "gallery", pictures: maps } as const),
    more > 0 && paragraph(`${more} more, up to ${last}: ${setting("steps")} all`, "dim"),
  ]);
}

/**
 * Returns the tables for which there is room. If there is not room for all, and maps show the numbers, it returns none.
 */
function galleryOfTables(steps: readonly Step[], trace: Trace, view: NumbersView, hasMaps: boolean): Block[] {
  const all = steps.map((step) => ({
    title: scopeText(step.scope),
    block: describeNumbers(step, trace, view),
  }));
  const galleryOf = (count: number): Gallery => ({ kind: "gallery", pictures: all.slice(0, count) });
  let count = all.length;
  while (count > 1 && linesOf([galleryOf(count)]) > MOST_TABLE_LINES) count--;
  if (count === all.length && linesOf([galleryOf(count)]) <= MOST_TABLE_LINES) return [galleryOf(count)];
  if (hasMaps) return [];
  return [galleryOf(count), paragraph(`${all.length - count} more tables: ${setting("steps")} all`, "dim")];
}

/** Returns the notes on these steps. Each note appears once, with all its scopes. */
function notesOf(steps: readonly Step[]): string[] {
  const notes = new Set(steps.flatMap((step) => step.notes));
  return Array.from(notes, (note) => {
    const scopes = steps.filter((step) => step.notes.includes(note)).map(({ scope }) => scopeText(scope));
    return `${scopes.join(", ")}: ${note}`;
  });
}

/** Returns the heat maps of a distribution that every scope has. They are compared best side by side. */
export function scopedMaps(
  steps: readonly Step[],
  view: NumbersView & PictureView,
): readonly { readonly title: string; readonly block: HeatMap }[] {
  const scoped = steps.filter(({ scope }) => scope.length > 0);
  const kind = scoped.some((step) => step.view === "distribution") ? "distribution" : "similarity";
  if (pictureKind(kind, view.plot) !== "heatmap") return [];
  return scoped
    .filter((step) => step.view === kind)
    .map((step) => ({
      title: scopeText(step.scope),
      block: { kind: "heatmap", ...numbersOf(step, view) },
    }));
}

/** The maximum number of cells of the row that are written. */
const MOST_CELLS = 6;

/** Writes one row of a step cell by cell, each with its arithmetic and the cell that it equals. */
export function describeProof(
  trace: Trace,
  { key, row, equals }: NonNullable<Overview["proof"]>,
  { precision }: { readonly precision: Precision },
): Block[] {
  const step = findStep(trace, key);
  const other = findStep(trace, equals);
  if (!step || !other) return [];
  const explain = explainStep(trace, step);
  const format = chooseFormat([step.output().data], precision === "full" ? 4 : precision);
  const lines = tabulate(Math.min(step.shape.cols, MOST_CELLS), (col): OutlineLine => {
    const arithmetic = writeExpression(withoutZeros(explain(row, col)), {
      leaf: ({ value }) => format(value),
      number: format,
    });
    const value = format(cellOf(step.output(), row, col));
    const text = `${nameCell(trace, key, row, col)} = ${arithmetic} = ${value}`;
    const same = `   ${nameCell(trace, equals, row, col)} = ${format(cellOf(other.output(), row, col))}`;
    return {
      level: 0,
      spans: [
        { text, tone: "plain" },
        { text: same, tone: "formula" },
      ],
    };
  });
  const more = step.shape.cols - lines.length;
  const rest = more > 0 ? [line(`… ${more} more columns like these`, "dim")] : [];
  return [
    heading(`Row ${labelsOf(step.axes[0]).at(row)} worked out`, {
      formula: step.formula,
      shape: "products with 0 are left out",
    }),
    outline([...lines, ...rest]),
  ];
}

/** Removes the products that are 0 because one factor is 0 from a sum. */
function withoutZeros(expression: Expression): Expression {
  if (expression.kind !== "sum") return expression;
  const terms = expression.terms.filter(
    (term) => !partsOf(term).some((part) => part.kind === "cell" && part.value === 0),
  );
  return { ...expression, terms };
}
