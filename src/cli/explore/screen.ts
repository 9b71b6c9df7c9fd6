import { cellOf } from "../../math/matrix.js";
import { nameCell } from "../../render/cell-name.js";
import { writeExpression } from "../../render/expression.js";
import { alignTo, labelsOf, truncate, widthOf } from "../../render/label.js";
import { chooseFormat } from "../../render/number.js";
import { explainStep, findStep, matrixOf } from "../../trace/trace.js";
import { type State, usedCells } from "./state.js";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const HELP = [
  "arrows or h j k l   move in the matrix, or in the list of steps",
  "Tab                 between list and matrix",
  "Enter, 1 to 9       into a number that the one under the cursor is made of",
  "Backspace           back",
  "h and l on the list the same step of another head or layer",
  "/                   look for a step by its name",
  "q                   leave; then Enter prints the explanation",
];
const ARITHMETIC_LINES = 5;
const WIDEST_LIST = 28;

/** The lines of a screen, as many and as wide as it has room for: the cursor stands in brackets, so that it needs no colour. */
export function drawScreen(state: State, { columns, rows }: Size): string[] {
  const cut = (text: string) => truncate(text, columns, "…");
  const body = Math.max(1, rows - ARITHMETIC_LINES - 2);
  const listWidth = Math.min(WIDEST_LIST, Math.floor(columns / 3));
  const list = drawList(state, body, listWidth);
  const matrix = drawMatrix(state, body, Math.max(0, columns - listWidth - 3));
  const middle = state.showsHelp
    ? [...HELP.map(cut), ...new Array<string>(Math.max(0, body - HELP.length)).fill("")].slice(0, body)
    : list.map((name, at) => cut(`${alignTo(name, listWidth, "left")} │ ${matrix[at] ?? ""}`.trimEnd()));
  const arithmetic = drawArithmetic(state).map(cut).slice(0, ARITHMETIC_LINES);
  const blanks = new Array<string>(ARITHMETIC_LINES - arithmetic.length).fill("");
  return [...middle, "─".repeat(columns), ...arithmetic, ...blanks, cut(footOf(state))];
}

function footOf({ isLeaving, search }: State): string {
  if (isLeaving) return "Enter prints the explanation, any other key leaves";
  if (search !== undefined) return `/${search}`;
  return "? help  Tab list  Enter into  Backspace back  / find  q leave";
}

/** So many positions that one is among them, as near to the middle as can be. */
function windowAround(at: number, count: number, room: number): readonly number[] {
  const first = Math.max(0, Math.min(at - Math.floor(room / 2), count - room));
  return Array.from({ length: Math.min(room, count) }, (_, index) => first + index);
}

function drawList({ entries, entry, isInList }: State, height: number, width: number): string[] {
  const shown = windowAround(entry, entries.length, height);
  const lines = shown.map((at) => {
    const mark = at === entry ? (isInList ? "[" : ">") : " ";
    return truncate(`${mark}${entries[at].key}${at === entry && isInList ? "]" : ""}`, width, "…");
  });
  return [...lines, ...new Array<string>(height - lines.length).fill("")];
}

function drawMatrix({ trace, entries, entry, row, col }: State, height: number, width: number): string[] {
  const { key, shape } = entries[entry];
  const found = findStep(trace, key) ?? trace.inputs.find(({ name }) => name === key);
  if (!found) return [];
  const matrix = matrixOf(trace, key);
  const format = chooseFormat([matrix.data], 4);
  const [rowNames, colNames] = found.axes.map(labelsOf);
  const rowsShown = windowAround(row, shape.rows, Math.max(1, height - 2));
  const side = Math.min(Math.floor(width / 3), Math.max(...rowsShown.map((at) => widthOf(rowNames.at(at)))));
  const cell = 2 + Math.max(4, ...rowsShown.map((at) => widthOf(format(cellOf(matrix, at, col)))));
  const wide = Math.min(12, Math.max(cell + 2, 9));
  const colsShown = windowAround(col, shape.cols, Math.max(1, Math.floor((width - side) / wide)));
  const head = colsShown
    .map((at) => alignTo(truncate(colNames.at(at), wide - 2, "…"), wide - 1, "right"))
    .join(" ");
  const step = findStep(trace, key);
  return [
    `${step ? `${step.title}  ${step.formula}` : key}  (${shape.rows}×${shape.cols})`,
    `${" ".repeat(side)}${head}`,
    ...rowsShown.map((at) => {
      const cells = colsShown.map((place) => {
        const text = format(cellOf(matrix, at, place));
        const isHere = at === row && place === col;
        return alignTo(isHere ? `[${text}]` : `${text} `, wide, "right");
      });
      return alignTo(truncate(rowNames.at(at), side, "…"), side, "left") + cells.join("");
    }),
  ];
}

function drawArithmetic(state: State): string[] {
  const { trace, entries, entry, row, col } = state;
  const { key } = entries[entry];
  const step = findStep(trace, key);
  const write = (value: number) => chooseFormat([Float64Array.of(value)], 4)(value);
  const result = `${nameCell(trace, key, row, col)} = ${write(cellOf(matrixOf(trace, key), row, col))}`;
  if (!step) return [`${result}   (given)`];
  const expression = explainStep(
    step,
    step.inputs.map((input) => matrixOf(trace, input)),
    row,
    col,
  );
  const used = usedCells(state);
  const named = used.slice(0, 9).map((one, at) => `${at + 1} ${nameCell(trace, one.key, one.row, one.col)}`);
  return [
    result,
    `  = ${writeExpression(expression, { leaf: (leaf) => nameCell(trace, step.inputs[leaf.input], leaf.row, leaf.col), number: write })}`,
    `  = ${writeExpression(expression, { leaf: ({ value }) => write(value), number: write })}`,
    ...(named.length > 0
      ? [`  ${named.join("  ")}${used.length > 9 ? `  and ${used.length - 9} more` : ""}`]
      : []),
  ];
}
