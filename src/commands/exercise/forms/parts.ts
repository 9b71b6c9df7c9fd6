import { type Matrix, toRows } from "../../../math/matrix.js";
import type { Step } from "../../../trace/trace.js";
import { type Exercise, keyText } from "../exercise.js";

/** A form that exercises are written in. */
export interface Form {
  readonly ending: string;
  /** One text of several exercises; with `hasKey` the answers stand in it, too. */
  write(exercises: readonly Exercise[], hasKey: boolean): string;
}

/** A matrix as it stands on a sheet: a symbol or name, the formula of a step, and its cells as text. */
export interface Table {
  readonly name: string;
  readonly formula?: string;
  readonly cells: readonly (readonly string[])[];
}

/** What is written into a cell that is to be filled in. */
type Blank = (value: number) => string;

const SYMBOLS: Readonly<Record<string, string>> = {
  query: "Q",
  key: "K",
  value: "V",
  x: "X",
  wq: "W^Q",
  wk: "W^K",
  wv: "W^V",
  wo: "W^O",
  w1: "W₁",
  w2: "W₂",
  backward: "dO",
  positions: "positions",
};

/** What is given: numbers that were drawn whole. */
export function givenTables({ given }: Exercise): readonly Table[] {
  return Object.entries(given).map(([name, matrix]) => ({
    name: SYMBOLS[name] ?? name,
    cells: rowsOf(matrix, (value) => String(value)),
  }));
}

/** The steps that are shown, with their numbers. */
export const shownTables = (exercise: Exercise): readonly Table[] =>
  exercise.shown.map((step) => stepTable(step, (value) => keyText(value, exercise.decimals)));

/** The steps that are to be filled in: the cells that may not attend are known. */
const blankTables = (exercise: Exercise, blank: Blank): readonly Table[] =>
  exercise.blanks.map((step) =>
    stepTable(step, (value) => (Number.isFinite(value) ? blank(value) : keyText(value, 0))),
  );

function stepTable(step: Step, cell: (value: number) => string): Table {
  return { name: step.key, formula: step.formula, cells: rowsOf(step.output(), cell) };
}

const rowsOf = (matrix: Matrix, cell: (value: number) => string) =>
  toRows(matrix).map((row) => row.map(cell));

/** How a form writes what stands on a page. */
export interface Page {
  /** What stands in a cell that is to be filled in. */
  readonly blank: string;
  title(text: string): string;
  text(text: string): string;
  section(title: string): string;
  table(table: Table): string;
  list(lines: readonly string[]): string;
}

/** What stands on a page of an exercise, piece by piece; of a key the answers, too, and the mistakes. */
export function piecesOf(exercise: Exercise, hasKey: boolean, page: Page): readonly string[] {
  const key = (value: number) => keyText(value, exercise.decimals);
  const sections = [
    { title: "Given", tables: givenTables(exercise) },
    { title: "So far", tables: shownTables(exercise) },
    { title: "Fill in", tables: blankTables(exercise, () => page.blank) },
    { title: "Key", tables: hasKey ? blankTables(exercise, key) : [] },
  ];
  const mistakes = exercise.wrong.map(({ mistake }) => `${mistake.id}: ${mistake.title}`);
  return [
    page.title(titleOf(exercise)),
    page.text(`${exercise.task} ${roundingOf(exercise)}`),
    ...sections
      .filter(({ tables }) => tables.length > 0)
      .flatMap(({ title, tables }) => [page.section(title), ...tables.map(page.table)]),
    ...(hasKey ? [page.section("Mistakes that tell themselves apart"), page.list(mistakes)] : []),
  ];
}

/** "Scaled dot-product attention, 3". */
export const titleOf = ({ title, number }: Exercise): string => `${title}, ${number}`;

/** What is asked of every exercise. */
export const roundingOf = ({ decimals }: Exercise): string => `Round what you write to ${decimals} decimals.`;
