import type { Step } from "../../../trace/trace.js";
import { DECIMALS, type Exercise, keyText } from "../exercise.js";
import { type Form, givenTables, stepTables, type Table, taskOf, titleOf } from "./sheet-parts.js";

// Forms for Moodle and programs that import the same. Each blank is a number with a tolerance. The wrong numbers that
// mistakes give have these mistakes as feedback.

/** Moodle XML with one Cloze question per exercise. */
export const moodle: Form = (exercises) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<quiz>",
    '<question type="category"><category><text>$course$/qkv</text></category></question>',
    ...exercises.map(clozeQuestion),
    "</quiz>",
    "",
  ].join("\n");

function clozeQuestion(exercise: Exercise) {
  // A field of a Cloze question: {1:NUMERICAL:=right:tolerance#…~%0%wrong:tolerance#…}.
  const fields = stepTables(
    exercise.blanks,
    (_, step, index) => `{1:NUMERICAL:=${answersOf(exercise, step, index, clozeText).join("~%0%")}}`,
  );
  const tables = [...tablesOf(exercise), ...fields].map(htmlTable);
  const text = [`<p>${escapeHtml(taskOf(exercise))}</p>`, ...tables].join("\n");
  return [
    '<question type="cloze">',
    `<name><text>${escapeHtml(titleOf(exercise))}</text></name>`,
    `<questiontext format="html"><text>${escapeHtml(text)}</text></questiontext>`,
    "</question>",
  ].join("\n");
}

/** Returns the tables of everything that is shown: what is given, and the steps so far. */
const tablesOf = (exercise: Exercise) => [...givenTables(exercise), ...stepTables(exercise.shown)];

/** Escapes all signs that would end the answer or the field. The feedback is HTML. */
const clozeText = (text: string) => escapeHtml(text).replaceAll(/[}#~/"\\]/g, (sign) => `\\${sign}`);

/** Returns a table. The texts of its cells must already be HTML. */
function htmlTable({ name, formula, cells }: Table) {
  const said = formula === undefined ? "" : ` (${escapeHtml(formula)})`;
  const rows = cells.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("");
  return `<table><caption>${escapeHtml(name)}${said}</caption>${rows}</table>`;
}

/** Escapes all signs of tags and entities. */
const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** GIFT, which Moodle and other programs import: one numerical question per blank cell. */
export const gift: Form = (exercises) =>
  ["$CATEGORY: qkv", ...exercises.flatMap(giftQuestions), ""].join("\n\n");

const giftQuestions = (exercise: Exercise) =>
  exercise.blanks.flatMap((step) =>
    Array.from(step.output().data, (value, index) =>
      Number.isFinite(value) ? [giftQuestion(exercise, step, index)] : [],
    ).flat(),
  );

function giftQuestion(exercise: Exercise, step: Step, index: number) {
  const { key, formula, shape } = step;
  const place = `[${Math.floor(index / shape.cols)}, ${index % shape.cols}]`;
  const tables = tablesOf(exercise).map(
    ({ name, cells }) => `${name} = [${cells.map((row) => row.join(" ")).join("; ")}].`,
  );
  const asked = `${tables.join(" ")} What is cell ${place} of ${key} (${formula})? `;
  const title = `${titleOf(exercise)}, ${key} ${place}`;
  const [right, ...wrong] = answersOf(exercise, step, index, giftText);
  const answers = [`=%100%${right}`, ...wrong.map((answer) => `=%0%${answer}`)].join("\n");
  return `::${giftText(title)}::${giftText(taskOf(exercise, asked))} {#\n${answers}\n}`;
}

/** Escapes all signs that have a meaning in GIFT. */
const giftText = (text: string) => text.replaceAll(/[~=#{}:\\]/g, (sign) => `\\${sign}`);

/**
 * The allowed difference. Rounding of intermediate steps may move a number by one and a half units of the last decimal.
 */
const TOLERANCE = 1.5 * 10 ** -DECIMALS;

/**
 * Returns the expected numbers of a cell: the right one, and the wrong ones that mistakes give. If the number of a
 * mistake is too near to the right one, it is left out. Mistakes with the same number share one feedback. `inForm`
 * escapes text for the form. The result begins with the right number. Each has its tolerance and its feedback, in the
 * syntax of Moodle.
 */
function answersOf(
  { wrong }: Exercise,
  step: Step,
  index: number,
  inForm: (text: string) => string,
): readonly [right: string, ...wrong: string[]] {
  const areAlike = (one: number, other: number) => Math.abs(one - other) <= 2 * TOLERANCE;
  const right = step.output().data[index];
  const answers: { readonly value: number; readonly titles: string[] }[] = [];
  for (const { mistake, steps } of wrong) {
    const value = steps.get(step.key)?.data[index];
    if (value === undefined || !Number.isFinite(value) || areAlike(value, right)) continue;
    const same = answers.find((other) => areAlike(other.value, value));
    if (same) same.titles.push(mistake.title);
    else answers.push({ value, titles: [mistake.title] });
  }
  const written = (value: number, feedback: string) =>
    `${keyText(value)}:${TOLERANCE.toFixed(DECIMALS + 1)}#${inForm(feedback)}`;
  const wrongs = answers.map(({ value, titles }) => written(value, titles.join(" Or: ")));
  return [written(right, "Right."), ...wrongs];
}
