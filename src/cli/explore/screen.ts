import { numberIn } from "../../explain/cell-reference.js";
import { tabulate } from "../../math/lists.js";
import { nameCell } from "../../render/cell-arithmetic.js";
import { type ExpressionView, writeExpression } from "../../render/expression.js";
import { alignTo, truncate } from "../../render/label.js";
import { chooseFormat } from "../../render/number.js";
import { explainStep, findStep } from "../../trace/trace.js";
import { piecesOf } from "../printable.js";
import { drawFigure, windowAround } from "./figure.js";
import { type State, usedCells } from "./state.js";

const HELP = [
  "arrows or h j k l   move in the matrix, or in the list of steps",
  "Tab                 between list and matrix",
  "Enter, 1 to 9       go to a number that this one is computed from",
  "Backspace           back",
  "h and l on the list the same step of another head or layer",
  "/                   look for a step by its name",
  "q                   leave; then Enter prints the explanation",
];
const ARITHMETIC_LINES = 5;
const WIDEST_LIST = 28;

/**
 * Returns the lines of the screen, cut to its size. The current cell is in square brackets and its inputs are in angle
 * brackets, so no colour is needed.
 */
export function drawScreen(
  state: State,
  { columns, rows }: { readonly columns: number; readonly rows: number },
): string[] {
  const arithmetic = wrapped(drawArithmetic(state), columns);
  // Long arithmetic takes up to a third of the screen.
  const below = Math.max(ARITHMETIC_LINES, Math.min(arithmetic.length, Math.floor(rows / 3)));
  const height = Math.max(1, rows - below - 2);
  const listWidth = Math.min(WIDEST_LIST, Math.floor(columns / 3));
  const list = filled(drawList(state, height, listWidth), height);
  const matrix = drawFigure(state, height, Math.max(0, columns - listWidth - 3));
  const beside = list.map((name, at) =>
    `${alignTo(name, listWidth, "left")} │ ${matrix[at] ?? ""}`.trimEnd(),
  );
  const lines = [
    ...(state.showsHelp ? filled(wrapped(HELP, columns), height) : beside),
    "─".repeat(columns),
    ...filled(arithmetic, below),
    footOf(state),
  ];
  return lines.map((line) => truncate(line, columns, "…"));
}

/** Breaks long lines at blanks. Their other parts are indented. */
const wrapped = (lines: readonly string[], columns: number) =>
  lines.flatMap((line) => piecesOf(line, columns).map((part, at) => (at === 0 ? part : `    ${part}`)));

/** Cuts or fills lines to this number. */
const filled = (lines: readonly string[], height: number) => tabulate(height, (at) => lines[at] ?? "");

function footOf({ isLeaving, search }: State) {
  if (isLeaving) return "Enter prints it, any other key leaves";
  if (search !== undefined) return `/${search}`;
  return "? help  Tab list  Enter into  Backspace back  / find  q leave";
}

function drawList({ keys, key, isInList }: State, height: number, width: number) {
  const here = keys.indexOf(key);
  return windowAround(here, keys.length, height).map((at) => {
    const mark = at !== here ? ` ${keys[at]}` : isInList ? `[${key}]` : `>${key}`;
    return truncate(mark, width, "…");
  });
}

function drawArithmetic(state: State): readonly string[] {
  const { trace, key, row, col } = state;
  const number = (value: number) => chooseFormat([Float64Array.of(value)], 4)(value);
  const result = `${nameCell(trace, key, row, col)} = ${number(numberIn(trace, state))}`;
  const step = findStep(trace, key);
  if (!step) return [`${result}   (given)`];
  const arithmetic = explainStep(trace, step)(row, col);
  const written = (leaf: ExpressionView["leaf"]) => `  = ${writeExpression(arithmetic, { leaf, number })}`;
  const used = usedCells(state);
  const named = used
    .slice(0, 9)
    .map((cell, at) => `${at + 1} ${nameCell(trace, cell.key, cell.row, cell.col)}`);
  const more = used.length > 9 ? [`and ${used.length - 9} more`] : [];
  return [
    result,
    written((leaf) => nameCell(trace, step.inputs[leaf.input], leaf.row, leaf.col)),
    written(({ value }) => number(value)),
    used.length > 0 ? `  ${[...named, ...more].join("  ")}` : "",
  ];
}
