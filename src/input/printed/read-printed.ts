import type { GivenAnswer, SkippedLine } from "../answers-in-value.js";
import { writtenLines } from "../forms/lines.js";
import { refuseIn, type Source } from "../source.js";
import type { StepTitles, TitledStep } from "../step-titles.js";
import { findPrinted, type PrintedTable } from "./printed-run.js";
import { cellsOfTable } from "./printed-table.js";

/** The answers in a run that qkv printed, and its lines that are not answers. */
interface ReadPrinted {
  readonly answers: readonly GivenAnswer[];
  readonly skipped: readonly SkippedLine[];
}

/**
 * Reads a run as qkv prints it, with a title above each table. Returns undefined for any other text. Throws AMBIGUOUS
 * if a title means several steps.
 */
export function readPrinted(source: Source, titles: StepTitles): ReadPrinted | undefined {
  const tables = findPrinted(source, titles);
  if (!tables) return undefined;
  const read = new Set<number>();
  const answers: GivenAnswer[] = [];
  for (const table of tables) {
    const fitting = stepsOf(table, titles).flatMap((step) => {
      const cells = cellsOfTable(table.lines, step.shape, source.name);
      return cells ? [{ step, cells }] : [];
    });
    const [found] = fitting;
    if (!found) continue;
    const [{ number: line }] = table.lines;
    if (fitting.length > 1) {
      const keys = fitting.map(({ step }) => step.key).join(" or ");
      const message = `"${table.title}" may be ${keys}.`;
      refuseIn(`${source.name}:${line}`, "AMBIGUOUS", message, `Write which step it is: ${keys}.`);
    }
    for (const { number } of table.lines) read.add(number);
    const { step, cells } = found;
    const place = { source: source.name, line };
    answers.push({ ...place, key: step.key, rows: cells.rows });
    if (cells.sums && step.sums !== undefined) answers.push({ ...place, key: step.sums, rows: cells.sums });
  }
  const skipped = writtenLines(source).filter(({ number }) => !read.has(number));
  return { answers, skipped };
}

/** Returns the steps that a table may be: in its scope, or else in the enclosing scopes. */
function stepsOf({ title, scope, formula }: PrintedTable, titles: StepTitles): readonly TitledStep[] {
  const found = titles.find(title, scope, formula);
  return found.length > 0 || scope === ""
    ? found
    : stepsOf({ title, scope: scope.replace(/\/?[^/]*$/, ""), formula, lines: [] }, titles);
}
