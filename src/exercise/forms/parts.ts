import type { Matrix } from "../../math/matrix.js";
import { keyOf, type Step } from "../../trace/trace.js";
import { type Exercise, keyText } from "../exercise.js";

/** A matrix as it stands on a sheet: a symbol or name, the formula of a step, and its cells as text. */
export interface Table {
  readonly name: string;
  readonly formula?: string;
  readonly cells: readonly (readonly string[])[];
}

/** What is written into a cell that is to be filled in. */
type Blank = (value: number) => string;

const SYMBOLS: Readonly<Record<string, string>> = {
  ...{ query: "Q", key: "K", value: "V", x: "X", wq: "W^Q", wk: "W^K", wv: "W^V", wo: "W^O" },
  ...{ w1: "W₁", w2: "W₂", backward: "dO", positions: "positions" },
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
  return { name: keyOf(step), formula: step.formula, cells: rowsOf(step.output(), cell) };
}

const rowsOf = ({ rows, cols, data }: Matrix, cell: (value: number) => string) =>
  Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols), cell));

/** Tables under a title. */
interface Section {
  readonly title: string;
  readonly tables: readonly Table[];
}

/** What stands on a page of an exercise, under titles, with `blank` in the cells that are to be filled in; of a key the answers, too. */
export function sectionsOf(exercise: Exercise, hasKey: boolean, blank: string): readonly Section[] {
  const sections = [
    { title: "Given", tables: givenTables(exercise) },
    { title: "So far", tables: shownTables(exercise) },
    { title: "Fill in", tables: blankTables(exercise, () => blank) },
    {
      title: "Key",
      tables: hasKey ? blankTables(exercise, (value) => keyText(value, exercise.decimals)) : [],
    },
  ];
  return sections.filter(({ tables }) => tables.length > 0);
}

/** The title of what a key says of mistakes. */
export const MISTAKES_TITLE = "Mistakes that tell themselves apart";

/** "Scaled dot-product attention, 3". */
export const titleOf = ({ title, number }: Exercise): string => `${title}, ${number}`;

/** What is asked of every exercise. */
export const roundingOf = ({ decimals }: Exercise): string => `Round what you write to ${decimals} decimals.`;

/** The mistakes that the key speaks of, one a line. */
export const mistakesOf = ({ wrong }: Exercise): readonly string[] =>
  wrong.map(({ mistake }) => `${mistake.id}: ${mistake.title}`);
