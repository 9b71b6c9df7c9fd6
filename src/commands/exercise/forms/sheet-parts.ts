import { INPUT_SYMBOLS } from "../../../attention/gradients/backward-pass.js";
import { toRows } from "../../../math/matrix.js";
import type { Step } from "../../../trace/trace.js";
import { DECIMALS, type Exercise, keyText } from "../exercise.js";

/** Writes several exercises as one text. `hasKey` adds the answers. */
export type Form = (exercises: readonly Exercise[], hasKey: boolean) => string | Promise<string>;

/** A matrix on a sheet: a symbol or name, the formula of a step, and its cells as text. */
export interface Table {
  readonly name: string;
  readonly formula?: string;
  readonly cells: readonly (readonly string[])[];
}

const symbolOf = (name: string) => (name === "backward" ? "dO" : (INPUT_SYMBOLS[name] ?? name));

/** Returns the given matrices. Their numbers are whole. */
export const givenTables = ({ given }: Exercise) =>
  Object.entries(given).map(([name, matrix]) => ({
    name: symbolOf(name),
    cells: toRows(matrix).map((row) => row.map(String)),
  }));

/** Returns steps with the text that `write` makes for each cell. Infinite numbers (masked cells) are always shown. */
export const stepTables = (
  steps: readonly Step[],
  write: (value: number, step: Step, index: number) => string = keyText,
) =>
  steps.map((step) => ({
    name: step.key,
    formula: step.formula,
    cells: toRows(step.output()).map((values, row) =>
      values.map((value, col) =>
        Number.isFinite(value) ? write(value, step, row * step.shape.cols + col) : keyText(value),
      ),
    ),
  }));

/** How a form writes the parts of a page. */
export interface Page {
  /** The content of a cell that is to be filled in. */
  readonly blank: string;
  title(text: string): string;
  text(text: string): string;
  section(title: string): string;
  table(table: Table): string;
  list(lines: readonly string[]): string;
  /** Joins the pieces of all exercises to a text. */
  whole(exercises: readonly (readonly string[])[]): string;
}

/** Returns the form of a page for people. */
export const sheet =
  (page: Page): Form =>
  (exercises, hasKey) =>
    page.whole(exercises.map((exercise) => piecesOf(exercise, hasKey, page)));

/** Returns the pieces of an exercise's page. With `hasKey` they include the answers and the mistakes. */
function piecesOf(exercise: Exercise, hasKey: boolean, page: Page): readonly string[] {
  const { shown, blanks, wrong } = exercise;
  const section = (title: string, tables: readonly Table[]) =>
    tables.length === 0 ? [] : [page.section(title), ...tables.map(page.table)];
  const mistakes = wrong.map(({ mistake }) => `${mistake.id}: ${mistake.title}`);
  return [
    page.title(titleOf(exercise)),
    page.text(taskOf(exercise)),
    ...section("Given", givenTables(exercise)),
    ...section("So far", stepTables(shown)),
    ...section(
      "Fill in",
      stepTables(blanks, () => page.blank),
    ),
    ...(hasKey
      ? [
          ...section("Key", stepTables(blanks)),
          page.section("Usual mistakes and their answers"),
          page.list(mistakes),
        ]
      : []),
  ];
}

/** Returns the title: "Scaled dot-product attention, 3". */
export const titleOf = ({ title, number }: Exercise) => `${title}, ${number}`;

/** Returns the task, and how to round the answers. */
export const taskOf = ({ task }: Exercise, between = "") =>
  `${task} ${between}Round what you write to ${DECIMALS} decimals.`;
