import type { Check } from "../check/check.js";
import type { MachineCheck } from "../check/machine/check-dump.js";
import { inOwnNames } from "../check/own-names.js";
import { placeText, settingsText, type UserError } from "../errors.js";
import { sumOver } from "../math/lists.js";
import { comparedText, partsText, stepName } from "./answered.js";
import { checksToJson } from "./check-json.js";
import { precisionText } from "./check-machine.js";
import { type Document, heading, type Pairs, pairsOf } from "./document.js";
import { delimitedRows } from "./formats/delimited.js";
import { describeDoubts } from "./how-read.js";
import type { JsonValue } from "./json-value.js";
import { markdownTable } from "./lowering/markdown.js";
import { describeTally, isOfMachine, mistakesOf, type NamedCheck, tallyMistakes } from "./named-check.js";
import { coverageText } from "./sentences/headline.js";
import { summaryOf } from "./sentences/mistakes.js";

/** A checked sheet of a person, or a machine's numbers, or why it could not be read. */
export type ClassRow = NamedCheck | { readonly name: string; readonly error: UserError };

/** The texts in the row of a sheet. */
interface RowTexts {
  readonly sheet: string;
  readonly verdict: string;
  /** The verdict for people. For a machine it includes the precision. */
  readonly shown: string;
  readonly first: string;
  readonly mistake: string;
  readonly words: string;
  /** Which part of the problem was compared, if not all. */
  readonly parts: string;
  /** What was compared, in words. For a person's sheet: what was not. */
  readonly answered: string;
  /** Answered cells, all cells, answered steps, all steps. */
  readonly counts: readonly string[];
}

const VERDICTS: Readonly<Record<NamedCheck["check"]["verdict"], string>> = {
  agrees: "right",
  "agrees-rounded": "right, rounded",
  "less-precise": "less precise",
  differs: "not right",
  unanswered: "not answered",
  unsure: "not sure",
};

/** Whether a sheet was read and all of it is right. */
export const isRightRow = (row: ClassRow) => "check" in row && row.check.verdict.startsWith("agrees");

/** Returns the row of a sheet in the table of a class. */
export function rowTexts(row: ClassRow): RowTexts {
  if ("error" in row) return textsOfError(row.name, row.error);
  const { name: sheet, check } = row;
  return isOfMachine(check) ? textsOfMachine(sheet, check) : textsOfPerson(sheet, check);
}

function textsOfError(sheet: string, { code, message, details: { location } }: UserError) {
  const at = placeText({ ...location, source: "" });
  const words = `${at === "" ? "" : `${at}: `}${message}`;
  const verdict = "not readable";
  return { ...NOTHING_COMPARED, sheet, verdict, shown: verdict, mistake: code, words };
}

const NOTHING_COMPARED = { first: "", parts: "", answered: "", counts: ["", "", "", ""] };

function textsOfPerson(sheet: string, judged: Check): RowTexts {
  const check = inOwnNames(judged);
  const { cells, of, steps, ofSteps } = check.answered;
  const [found] = check.diagnosis;
  const lacking = check.lacking.length > 0 && check.verdict === "unanswered";
  const verdict = lacking ? "not complete" : VERDICTS[check.verdict];
  return {
    sheet,
    verdict,
    shown: verdict,
    first: check.firstWrongStep ? stepName(check.firstWrongStep) : "",
    mistake: mistakesOf(check).join(" + "),
    words:
      (found || (check.read?.untrue.length ?? 0) > 0 ? summaryOf(check) : undefined) ??
      (lacking
        ? `missing: ${check.lacking.map(stepName).join(", ")}`
        : (doubtOf(check) ?? check.way?.text ?? "")),
    parts: check.parts ? partsText(check.parts) : "",
    answered: coverageText(check).replace(/\.$/, ""),
    counts: [cells, of, steps, ofSteps].map(String),
  };
}

/** Returns why a sheet is not called right although its numbers are. */
const doubtOf = ({ verdict, read }: Check) =>
  verdict === "unsure" && read ? describeDoubts(read)[0] : undefined;

function textsOfMachine(sheet: string, check: MachineCheck): RowTexts {
  const { steps, diagnosis } = check;
  const first = steps.find(({ verdict }) => !verdict.startsWith("agrees"));
  const [found] = diagnosis;
  const cells = sumOver(steps, ({ of }) => of);
  const verdict = VERDICTS[check.verdict];
  return {
    sheet,
    verdict,
    shown: `${verdict} ${check.verdict === "less-precise" ? "than" : "for"} ${precisionText(check)}`,
    first: first ? stepName(first) : "",
    mistake: found?.mistake.id ?? "",
    words: check.rightWith ? `right with ${settingsText(check.rightWith)}` : (found?.mistake.title ?? ""),
    parts: check.parts ? partsText(check.parts) : "",
    answered: comparedText(check),
    counts: [String(cells), String(cells), String(steps.length), ""],
  };
}

const readOf = (rows: readonly ClassRow[]) => rows.flatMap((row) => ("check" in row ? [row] : []));

/** Describes a class for people: one row per sheet, how many are right, and the mistakes by frequency. */
export function describeClass(rows: readonly ClassRow[]): Document {
  const right = pairsOf([{ name: "right", value: `${rows.filter(isRightRow).length} of ${rows.length}` }]);
  return [describeSheets(rows), heading("Total"), right, ...describeTally(readOf(rows))];
}

/** Describes sheets in one line each. What the mistakes are is only in a full hint. */
export const describeSheets = (rows: readonly ClassRow[], hint = 3): Pairs =>
  pairsOf(
    rows.map((row) => {
      const { sheet, verdict, shown, first, words, answered } = rowTexts(row);
      const mark = isRightRow(row) ? "✓" : verdict === "not right" || verdict === "less precise" ? "✗" : "—";
      const parts = [
        `${mark} ${shown}${first === "" ? "" : `, first wrong: ${first}`}`,
        hint > 2 ? words.replace(/\.$/, "") : "",
        answered,
      ];
      return { name: sheet, value: parts.filter((part) => part !== "").join("; ") };
    }),
  );

/**
 * Writes a class as JSON: `sheets`, each with the content of `--check --json`, how many are right, and a tally of
 * mistakes.
 */
export function classToJson(rows: readonly ClassRow[]): Readonly<Record<string, JsonValue>> {
  return {
    schema: "qkv/class/1",
    right: rows.filter(isRightRow).length,
    of: rows.length,
    sheets: rows.map((row) => {
      if ("check" in row) return { sheet: row.name, ...(checksToJson([row]) as { check: JsonValue }) };
      const { code, message, details } = row.error;
      const { line = null, column = null } = details.location ?? {};
      return { sheet: row.name, error: { code, message, hint: details.hint ?? null, line, column } };
    }),
    tally: Object.fromEntries(tallyMistakes(readOf(rows))),
  };
}

const COLUMNS = [
  "sheet",
  "verdict",
  "first wrong step",
  "mistake",
  "in words",
  "answered",
  "of",
  "steps",
  "of steps",
];

function cellsOf(row: ClassRow) {
  const { sheet, verdict, first, mistake, words, parts, counts }: RowTexts = rowTexts(row);
  const inWords = [words, parts].filter((text) => text !== "").join("; ");
  return [sheet, verdict, first, mistake, inWords, ...counts];
}

/** Writes a class as CSV: names of columns, then one row per sheet. */
export const classToCsv = (rows: readonly ClassRow[]) =>
  delimitedRows([COLUMNS, ...rows.map(cellsOf)], ",").join("");

export const classToMarkdown = (rows: readonly ClassRow[]) =>
  `${markdownTable(COLUMNS, rows.map(cellsOf), 5).join("\n")}\n`;
