import { attend } from "../../src/commands/attend.js";
import { readDocument } from "../../src/input/documents/read-document.js";
import type { Reading } from "../../src/input/documents/reading.js";
import { sheetText } from "../../src/input/documents/sheet-text.js";
import { subjectOf } from "../../src/runs/check/sheet-subject.js";
import { recordProblem } from "../../src/runs/record-problem.js";
import { type Block, SHEET_FORMS, WORKED_PROBLEMS, type Work, workOf } from "./document-forms.js";

/** A damaged sheet, and what the person wrote on it. */
export interface DamagedSheet {
  readonly form: string;
  readonly damage: string;
  readonly text: string;
  readonly work: Work;
  readonly isWrong: boolean;
  readonly problem: number;
}

/**
 * - `read`: every cell that is read is the one that was written, and there is no warning.
 * - `flagged`: qkv warns.
 * - `lost`: a step is not read, and there is no warning.
 * - `misread`: a cell is read as another number, and there is no warning.
 */
export type Outcome = "read" | "flagged" | "lost" | "misread";

type Random = () => number;
type Damage = (text: string, random: Random) => string;

const pickFrom = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)];

const NOTES = [
  "Note: see page 12 of the slides",
  "I used √2 = 1.41 here",
  "12.11.2024",
  "Score: 7/10",
  "Page 3",
  "Name: Ada Lovelace, 4711234",
  "d_k = 2",
  "2 points",
  "Question 2 took me 15 minutes",
  "Checked by Bob on 3 May, 14:30",
];

const inserted: Damage = (text, random) => {
  const lines = text.split("\n");
  const blank = lines.flatMap((line, at) => (line.trim() === "" ? [at] : []));
  const at = blank.length > 0 ? pickFrom(blank, random) : lines.length;
  return [...lines.slice(0, at), "", pickFrom(NOTES, random), ...lines.slice(at)].join("\n");
};

const noted: Damage = (text, random) => {
  const lines = text.split("\n");
  const at = Math.floor(random() * (lines.length + 1));
  return [...lines.slice(0, at), pickFrom(NOTES, random), ...lines.slice(at)].join("\n");
};

const withoutLine: Damage = (text, random) => {
  const lines = text.split("\n");
  const numbers = lines.flatMap((line, at) => (/\d/.test(line) ? [at] : []));
  const at = pickFrom(numbers, random);
  return lines.filter((_, index) => index !== at).join("\n");
};

const withBlankLine: Damage = (text, random) => {
  const lines = text.split("\n");
  const at = Math.floor(random() * (lines.length + 1));
  return [...lines.slice(0, at), "", ...lines.slice(at)].join("\n");
};

const DAMAGES: readonly (readonly [name: string, damage: Damage])[] = [
  ["a note between blocks", inserted],
  ["a note anywhere", noted],
  ["a line lost", withoutLine],
  ["a blank line", withBlankLine],
  ["two notes", (text, random) => noted(inserted(text, random), random)],
];

/**
 * Damages between steps: a first attempt at one step, with other numbers, before its place; or steps in another order.
 */
function rearranged(work: Work, random: Random): readonly [name: string, work: Work] {
  if (random() < 0.5) {
    const at = Math.floor(random() * work.steps.length);
    const first: Block = {
      key: work.steps[at].key,
      rows: work.steps[at].rows.map((row) => row.map(() => (random() * 3).toFixed(2))),
    };
    return ["two attempts", { ...work, steps: [...work.steps.slice(0, at), first, ...work.steps.slice(at)] }];
  }
  const from = Math.floor(random() * work.steps.length);
  const others = work.steps.filter((_, at) => at !== from);
  return ["another order", { ...work, steps: [...others, work.steps[from]] }];
}

/** Forms in which the numbers of all steps stand together, so that a step has no place of its own. */
const MIXED: readonly string[] = [
  "arithmetic of each score",
  "the terms of each row of the output",
  "a table a query, with sums",
  "arrows from step to step",
];

/** Draws sheets whose every cell is known: all forms, right and wrong, each damaged in one way. */
export function createSheetDamager(random: Random): () => DamagedSheet {
  const forms = SHEET_FORMS.filter(
    ({ name }) => !["no names", "all steps of a token together"].includes(name),
  );
  return () => {
    const problem = Math.floor(random() * WORKED_PROBLEMS.length);
    const isWrong = random() < 0.5;
    const work = workOf(WORKED_PROBLEMS[problem], { isWrong, hasInputs: random() < 0.5 });
    const { name: form, write } = pickFrom(forms, random);
    if (random() < 0.3 && !MIXED.includes(form)) {
      const [damage, changed] = rearranged(work, random);
      return { form, damage, text: write(changed), work, isWrong, problem };
    }
    const [damage, change] = pickFrom(DAMAGES, random);
    return { form, damage, text: change(write(work), random), work, isWrong, problem };
  };
}

const subjects = WORKED_PROBLEMS.map(({ tokens, query, key, value }) => {
  const matrix = (rows: readonly (readonly number[])[]) => ({
    rows: rows.length,
    cols: rows[0].length,
    data: Float64Array.from(rows.flat()),
  });
  const matrices = { query: matrix(query), key: matrix(key), value: matrix(value) };
  return subjectOf(recordProblem(attend, { matrices, tokens, settings: {} }));
});

/** Reads a damaged sheet. Returns the outcome, and whether qkv would call a wrong sheet right. */
export function judgeDamaged({ text, work, isWrong, problem }: DamagedSheet): {
  readonly outcome: Outcome;
  readonly isFalselyRight: boolean;
  readonly what: string;
} {
  const known = subjects[problem];
  const reading = known && readDocument(sheetText(text, "sheet.txt"), known.finder, known.subject);
  if (!reading) return { outcome: "flagged", isFalselyRight: false, what: "refused" };
  const isDoubted =
    reading.doubts.length > 0 ||
    reading.matrices.some(({ item, doubts }) => !item.isInput && doubts.length > 0);
  const compared = work.steps.map((block) => compareBlock(block, reading, text));
  const outcome: Outcome = isDoubted
    ? "flagged"
    : compared.includes("misread")
      ? "misread"
      : compared.includes("lost")
        ? "lost"
        : "read";
  return {
    outcome,
    // A wrong sheet has one wrong weight and one wrong output.
    isFalselyRight: isWrong && !isDoubted && !hasWrongCell(reading),
    what: work.steps.map(({ key }, at) => `${key} ${compared[at]}`).join(", "),
  };
}

/** Compares how a step was read. A step whose rows are no longer on the sheet is not lost. */
function compareBlock(
  { key, rows }: Block,
  { matrices }: Reading,
  text: string,
): "same" | "lost" | "misread" {
  const found = matrices.find(({ item }) => item.key === key);
  if (!found) {
    const escaped = rows.map((row) => row.map((cell) => cell.replace(/[.+-]/g, "\\$&")).join("[^\\d\\n-]+"));
    const isThere = escaped.some((row) => new RegExp(row).test(text));
    return isThere || text.includes("q1·k1") ? "lost" : "same";
  }
  const isSame = found.cells.every((row, at) =>
    row.every((cell, col) => cell === null || Math.abs(cell.value - Number(rows[at]?.[col])) < 1e-9),
  );
  return isSame ? "same" : "misread";
}

const hasWrongCell = ({ matrices }: Reading) =>
  matrices.some(({ item, cells }) => {
    const marks = item.key === "weights" ? 0.41 : item.key === "output" ? 3.17 : Number.NaN;
    return cells.some((row) => row.some((cell) => cell?.value === marks));
  });
