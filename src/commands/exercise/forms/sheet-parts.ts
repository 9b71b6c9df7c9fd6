import { toRows } from "../../../math/matrix.js";
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

/** What is given, numbers that were drawn whole, and the steps that are shown. */
export const shownTables = (exercise: Exercise): readonly Table[] => [
  ...givenTables(exercise),
  ...stepsSoFar(exercise),
];

const givenTables = ({ given }: Exercise): readonly Table[] =>
  Object.entries(given).map(([name, matrix]) => ({
    name: SYMBOLS[name] ?? name,
    cells: toRows(matrix).map((row) => row.map(String)),
  }));

const stepsSoFar = ({ shown, decimals }: Exercise) =>
  shown.map((step) => stepTable(step, (value) => keyText(value, decimals)));

/** The steps that are to be filled in, with what is written into each cell. The cells that may not attend are known. */
export const blankTables = (
  { blanks }: Exercise,
  write: (value: number, step: Step, index: number) => string,
): readonly Table[] =>
  blanks.map((step) =>
    stepTable(step, (value, index) =>
      Number.isFinite(value) ? write(value, step, index) : keyText(value, 0),
    ),
  );

function stepTable(step: Step, write: (value: number, index: number) => string): Table {
  const { key, formula, shape } = step;
  const cells = toRows(step.output()).map((values, row) =>
    values.map((value, col) => write(value, row * shape.cols + col)),
  );
  return { name: key, formula, cells };
}

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
    { title: "So far", tables: stepsSoFar(exercise) },
    { title: "Fill in", tables: blankTables(exercise, () => page.blank) },
    { title: "Key", tables: hasKey ? blankTables(exercise, key) : [] },
  ];
  const mistakes = exercise.wrong.map(({ mistake }) => `${mistake.id}: ${mistake.title}`);
  return [
    page.title(titleOf(exercise)),
    page.text(taskOf(exercise)),
    ...sections
      .filter(({ tables }) => tables.length > 0)
      .flatMap(({ title, tables }) => [page.section(title), ...tables.map(page.table)]),
    ...(hasKey ? [page.section("Mistakes that tell themselves apart"), page.list(mistakes)] : []),
  ];
}

/** "Scaled dot-product attention, 3". */
export const titleOf = ({ title, number }: Exercise): string => `${title}, ${number}`;

/** What is to be done, and how it is rounded. */
export const taskOf = ({ task, decimals }: Exercise, between = ""): string =>
  `${task} ${between}Round what you write to ${decimals} decimals.`;
