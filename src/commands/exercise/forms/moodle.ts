import { answersOf, type Exercise } from "../exercise.js";
import { type Form, givenTables, stepTables, type Table, taskOf, titleOf } from "./sheet-parts.js";

/**
 * Moodle XML with one Cloze question per exercise. Every blank is a number with a tolerance. The wrong numbers that
 * mistakes give have these mistakes as feedback.
 */
export const moodle: Form = (exercises) =>
  [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<quiz>",
    '<question type="category"><category><text>$course$/qkv</text></category></question>',
    ...exercises.map(question),
    "</quiz>",
    "",
  ].join("\n");

function question(exercise: Exercise) {
  const { shown, blanks } = exercise;
  const fields = stepTables(blanks, (_, step, index) =>
    clozeField(answersOf(exercise, step, index, clozeText)),
  );
  const tables = [...givenTables(exercise), ...stepTables(shown), ...fields].map(htmlTable);
  const text = [`<p>${escapeHtml(taskOf(exercise))}</p>`, ...tables].join("\n");
  return [
    '<question type="cloze">',
    `<name><text>${escapeHtml(titleOf(exercise))}</text></name>`,
    `<questiontext format="html"><text>${escapeHtml(text)}</text></questiontext>`,
    "</question>",
  ].join("\n");
}

/** Returns a field of a Cloze question: {1:NUMERICAL:=right:tolerance#…~%0%wrong:tolerance#…}. */
const clozeField = (answers: readonly string[]) => `{1:NUMERICAL:=${answers.join("~%0%")}}`;

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
