import { checksToJson } from "./check-json.js";
import { type ClassRow, isRightRow, type RowTexts, rowTexts } from "./class-row.js";
import { type Document, heading, pairsOf } from "./document.js";
import type { JsonValue } from "./json-value.js";
import { escapeMarkdown } from "./lowering/markdown.js";
import { describeTally, tallyMistakes } from "./named-check.js";

const readOf = (rows: readonly ClassRow[]) => rows.flatMap((row) => ("check" in row ? [row] : []));

/** Describes a class for people: one row per sheet, how many are right, and the mistakes by frequency. */
export function describeClass(rows: readonly ClassRow[]): Document {
  const pairs = rows.map((row) => {
    const { sheet, verdict, shown, first, words, answered } = rowTexts(row);
    const mark = isRightRow(row) ? "✓" : verdict === "not right" || verdict === "less precise" ? "✗" : "—";
    const parts = [
      `${mark} ${shown}${first === "" ? "" : `, first wrong: ${first}`}`,
      words.replace(/\.$/, ""),
      answered,
    ];
    return { name: sheet, value: parts.filter((part) => part !== "").join("; ") };
  });
  const right = pairsOf([{ name: "right", value: `${rows.filter(isRightRow).length} of ${rows.length}` }]);
  return { blocks: [pairsOf(pairs), heading("Total"), right, ...describeTally(readOf(rows))] };
}

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

function cellsOf(row: ClassRow): readonly string[] {
  const { sheet, verdict, first, mistake, words, parts, counts }: RowTexts = rowTexts(row);
  const inWords = [words, parts].filter((text) => text !== "").join("; ");
  return [sheet, verdict, first, mistake, inWords, ...counts];
}

/** Writes a class as CSV (RFC 4180): names of columns, then one row per sheet. */
export function classToCsv(rows: readonly ClassRow[]): string {
  const cell = (text: string) => {
    // A spreadsheet would compute a cell that begins like a formula.
    const plain = /^[=+@-]/.test(text) ? `'${text}` : text;
    return /[",;\t\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  return [COLUMNS, ...rows.map(cellsOf)].map((cells) => `${cells.map(cell).join(",")}\n`).join("");
}

export function classToMarkdown(rows: readonly ClassRow[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |\n`;
  const rule = `|${COLUMNS.map((_, at) => (at < 5 ? "---" : "---:")).join("|")}|\n`;
  return line(COLUMNS) + rule + rows.map((row) => line(cellsOf(row))).join("");
}
