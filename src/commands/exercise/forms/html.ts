import { escapeMarkup } from "../../../render/drawing/svg.js";
import { firstLevel, type Place } from "../../../render/page/chain.js";
import { type HashedExercise, hashOf, unitsOfLast } from "../../../render/page/hashed-answers.js";
import { writeMath, writeSmallMath } from "../../../render/page/markup.js";
import { cellsOfRun } from "../../../render/page/run-cells.js";
import { writeShell } from "../../../render/page/shell.js";
import { formulaMath, symbolOf } from "../../../render/page/symbols.js";
import type { Step } from "../../../trace/trace.js";
import type { Exercise } from "../exercise.js";
import { type Form, givenTables, stepTables, type Table, taskOf, titleOf } from "./sheet-parts.js";

/**
 * A page of exercises to fill in or to print: a line for the name, fields, a button that marks them, and hints one by
 * one.
 */
export const html: Form = async (exercises, hasKey) => {
  const { SCRIPT_OF_EXERCISES } = await import("../../../render/page/exercise-script-text.js");
  return writeShell({
    title: exercises.length === 1 ? titleOf(exercises[0]) : "Exercises",
    kind: ["exercise", exercises.length === 1 ? exercises[0].kind : `${exercises.length} problems`],
    body: exercises.map((exercise, at) => sectionOf(exercise, at, hasKey)).join(""),
    data: { exercises: exercises.map(hashedExercise) },
    script: SCRIPT_OF_EXERCISES,
  });
};

function sectionOf(exercise: Exercise, at: number, hasKey: boolean): string {
  const { shown, blanks, wrong } = exercise;
  const starts = firstCells(exercise);
  const fields = stepTables(blanks, (_, step, index) => fieldOf(step, index, starts));
  const part = (title: string, tables: readonly Table[]) =>
    tables.length === 0
      ? ""
      : `<h2 class="sub">${title}</h2><div class="beside">${tables.map(tableOf).join("")}</div>\n`;
  const key = hasKey
    ? `${part("Key", stepTables(blanks))}<h2 class="sub">Usual mistakes and their answers</h2><ul>${wrong.map(({ mistake }) => `<li>${mistake.id}: ${escapeMarkup(mistake.title)}</li>`).join("")}</ul>\n`
    : "";
  return `<section class="exercise" data-exercise="${at}"><h1>${escapeMarkup(titleOf(exercise))}</h1>
<p class="name"><label>Name <input type="text" autocomplete="name"></label></p>
<p>${escapeMarkup(taskOf(exercise))}</p>
${part("Given", givenTables(exercise))}${part("So far", stepTables(shown))}${part("Fill in", fields)}<p class="do"><button type="button">Check</button> <span role="status"></span></p>
${hintsOf(exercise)}${key}</section>
`;
}

/** Returns the number of the first cell of each blank step. Cells are numbered through all steps. */
function firstCells({ blanks }: Exercise): ReadonlyMap<string, number> {
  let end = 0;
  return new Map(
    blanks.map(({ key, shape: { rows, cols } }) => {
      end += rows * cols;
      return [key, end - rows * cols];
    }),
  );
}

function fieldOf({ key, shape: { cols } }: Step, index: number, starts: ReadonlyMap<string, number>) {
  const label = `${key}, row ${Math.floor(index / cols)}, column ${index % cols}`;
  return `<input inputmode="decimal" autocomplete="off" data-cell="${(starts.get(key) ?? 0) + index}" aria-label="${escapeMarkup(label)}">`;
}

/** Returns a table with its name and formula above it. The texts of its cells must already be markup. */
function tableOf({ name, formula, cells }: Table) {
  const said = formula === undefined ? "" : ` ${writeSmallMath(formulaMath(formula))}`;
  const head = cells[0].map((_, col) => `<th scope="col">${col}</th>`).join("");
  const rows = cells.map(
    (row, at) => `<tr><th scope="row">${at}</th>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
  );
  return `<table class="grid fill"><caption>${escapeMarkup(name)}${said}</caption><thead><tr><td></td>${head}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/**
 * Returns an exercise as its page contains it: with hashes of the right answers, and of the numbers that each mistake
 * gives.
 */
function hashedExercise({ kind, seed, number, decimals, blanks, wrong }: Exercise): HashedExercise {
  const salt = `${kind} ${seed} ${number}`;
  const cells = blanks.flatMap((step) =>
    Array.from(step.output().data, (right, at) => ({ key: step.key, at, right })),
  );
  const hashes = (numberOf: (cell: (typeof cells)[number]) => number | undefined) =>
    Object.fromEntries(
      cells.flatMap((cell, place) => {
        const value = numberOf(cell) ?? Number.NaN;
        const hash = () => hashOf(salt, String(place), unitsOfLast(value, decimals));
        return Number.isFinite(value) ? [[String(place), hash()]] : [];
      }),
    );
  const isOther = (value: number, right: number) => Math.abs(value - right) > 2.5 * 10 ** -decimals;
  return {
    salt,
    decimals,
    right: hashes(({ right }) => right),
    wrong: wrong.map(({ mistake, steps }) => ({
      title: mistake.title,
      cells: hashes(({ key, at, right }) => {
        const value = steps.get(key)?.data[at];
        return value !== undefined && isOther(value, right) ? value : undefined;
      }),
    })),
  };
}

/**
 * Returns the hints of an exercise, each folded inside the one before. Each step has two hints: its formula, then the
 * arithmetic of its first number.
 */
function hintsOf(exercise: Exercise): string {
  const hints = exercise.blanks.flatMap(({ key, formula }) => [
    `<p>${escapeMarkup(key)}: ${writeMath(formulaMath(formula))}</p>`,
    `<p>${firstLevel(cellsOf(exercise), [key, 0, 0]).map(writeMath).join(" ")}</p>`,
  ]);
  return hints.reduceRight(
    (inner, hint, at) =>
      `<details class="hints"><summary>${at === 0 ? "Hint" : "Next hint"}</summary>${hint}${inner}</details>`,
    "",
  );
}

/** Returns the cells of an exercise. A number that the student has to find is shown by its name. */
function cellsOf({ trace, blanks, shown, given, decimals }: Exercise) {
  const cells = cellsOfRun(trace, decimals);
  const known = new Set([...Object.keys(given), ...shown.map(({ key }) => key)]);
  const isBlank = new Set(blanks.map(({ key }) => key));
  return {
    ...cells,
    text: (place: Place) => {
      const [key, row, col] = place;
      if (known.has(key) && !isBlank.has(key)) return cells.text(place);
      return `${symbolOf(trace, key)}[${row},${col}]`;
    },
  };
}
