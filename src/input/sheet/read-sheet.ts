import type { WrittenNumber } from "../../math/written.js";
import { writtenRows } from "../answer-cells.js";
import type { FormOptions, Parsed } from "../forms/form.js";
import { refuseLine } from "../forms/lines.js";
import { parseText } from "../forms/registry.js";
import { type Source, textOf } from "../source.js";
import { findBlocks } from "./blocks.js";
import { isMargin } from "./cells.js";
import type { Block } from "./open-blocks.js";
import type { PrintedTable } from "./printed-run.js";
import { type KnownOfSheet, nestedList, readRows, type WrittenTable } from "./rows.js";
import type { SheetLine } from "./sheet-lines.js";
import type { StepTitles, TitledStep } from "./titled-step.js";

/** What a sheet answers to one step, with the names beside its rows and above its columns. */
export interface SheetAnswer extends WrittenTable {
  readonly key: string;
  readonly source: string;
  readonly line?: number;
}

/** A sheet as it was read, and the lines of it that answer nothing. */
export interface ReadSheet {
  readonly answers: readonly SheetAnswer[];
  readonly aside: readonly SheetLine[];
}

/** A sheet while it is read. */
interface Reading {
  readonly source: Source;
  readonly titles: StepTitles & KnownOfSheet;
  readonly options: FormOptions;
  /** What is taken from the number of a head. */
  readonly firstHead: number;
}

/**
 * Reads a sheet as people write it: titles of steps with rows under them, between names, dates and sentences
 * (docs/reading.md). Undefined when no line is the title of a step. Throws a UserError with its place where a number stands of
 * which it is not certain what it answers. `title` stands above the first line, where the text is the answer to one step.
 */
export async function readSheetText(
  source: Source,
  titles: StepTitles,
  options: FormOptions,
  title?: string,
): Promise<ReadSheet | undefined> {
  const found = findBlocks(source, titles, title);
  if (!found) return undefined;
  const firstHead = countHeads(found.blocks, titles);
  const known = { ...titles, hasDecimalCommas: writesDecimalCommas(source) };
  const answers: SheetAnswer[] = [];
  for (const block of found.blocks)
    answers.push(...(await readBlock(block, { source, titles: known, options, firstHead })));
  const filled = new Set(answers.filter(({ rows }) => rows.length > 0).map(({ key }) => key));
  return {
    // A title without rows says nothing where the step is answered elsewhere.
    answers: answers.filter(({ key, rows }) => rows.length > 0 || !filled.has(key)),
    aside: found.aside,
  };
}

/** Whether 0,28 stands on a sheet, and no 0.28: then 5,000 is five. */
function writesDecimalCommas({ bytes }: Source): boolean {
  const text = textOf(bytes, 0, bytes.length);
  return /(?<![\d.,])0,\d{2,}(?![\d.,])/.test(text) && !/(?<![\d.])\d*\.\d+(?![\d.])/.test(text);
}

/** What is taken from the number of a head on a sheet: people count from 1, and qkv from 0. Throws AMBIGUOUS. */
function countHeads(blocks: readonly Block[], { heads }: StepTitles): number {
  const said = blocks.flatMap(({ head }) => (head === undefined ? [] : [head]));
  if (heads === 0 || said.length === 0 || said.includes(0)) return 0;
  const named = new Set(said);
  // The first heads, all but the one that would be 0: nobody begins with the second.
  const isFromOne = named.size > 1 && [...named].every((head) => head <= named.size);
  if (said.includes(heads) || isFromOne) return 1;
  const first = blocks.find(({ head }) => head !== undefined);
  const message = `"head ${first?.head}" may be the first head or the second, of ${heads}: the sheet names no head 0 and no head ${heads}.`;
  const { line } = first ?? blocks[0];
  return refuseLine(line, "AMBIGUOUS", message, "Count the heads from 0, and name them all.");
}

async function readBlock(block: Block, reading: Reading): Promise<readonly SheetAnswer[]> {
  const { source, titles, firstHead } = reading;
  const { head, title, line } = block;
  const steps = head === undefined ? block.steps : titles.find(title, `head ${head - firstHead}`);
  const place = placeOf(source, line);
  const isEmpty = block.rows.length === 0 && !block.form && !block.printed;
  // A mask that is not there is not answered either.
  if (isEmpty) return steps.length === 1 && steps[0].shape ? [{ key: steps[0].key, ...place, rows: [] }] : [];
  const read = await Promise.all(
    steps.map(async (step) => ({ step, table: await readTable(block, step, reading) })),
  );
  const fitting = read.filter(({ step, table }) => steps.length === 1 || hasShape(table, step));
  if (fitting.length !== 1) {
    const keys = steps.map(({ key }) => key).join(" or ");
    refuseLine(line, "AMBIGUOUS", `"${title}" may be ${keys}.`, `Write which step it is: ${keys}.`);
  }
  const [{ step, table }] = fitting;
  // A mark alone stands for the whole step.
  if (table.rows.length === 1 && table.rows[0].length === 1 && table.rows[0][0] === null)
    return [{ key: step.key, ...place, rows: [] }];
  return withoutMargins(block, step, table).map((answer) => ({ ...place, ...answer }));
}

/** The line of a text; of what has no lines that somebody sees, where in it. */
function placeOf({ name, places }: Source, { number }: SheetLine): Pick<SheetAnswer, "source" | "line"> {
  const { number: line = number, where } = places?.[number - 1] ?? {};
  return where === undefined ? { source: name, line } : { source: `${name}, ${where}` };
}

function hasShape({ rows, columnLabels }: BlockTable, { shape }: TitledStep): boolean {
  const wide = rows[0].length - (isMargin(columnLabels?.at(-1)) ? 1 : 0);
  return shape !== undefined && rows.length === shape.rows && wide === shape.cols;
}

/** A table of a block; of a printed one the sums beside it stand apart. */
interface BlockTable extends WrittenTable {
  readonly sums?: WrittenTable["rows"];
}

async function readTable(block: Block, step: TitledStep, reading: Reading): Promise<BlockTable> {
  const { form, printed, rows, above } = block;
  if (form) return readForm(form.lines, form.first.from, step.key, reading);
  if (printed) return readForm(printed.lines, 0, step.key, reading, printed);
  return nestedList(rows) ?? readRows({ lines: rows, above }, step, reading.titles);
}

async function readForm(
  lines: readonly SheetLine[],
  from: number,
  key: string,
  { source, options }: Reading,
  printed?: PrintedTable,
): Promise<BlockTable> {
  const [first, last] = [lines[0], lines[lines.length - 1]];
  const text = printed?.scope
    ? lines.map((line) => line.text).join("\n")
    : Buffer.from(source.bytes.subarray(first.start, last.start + byteLengthOf(source, last))).toString(
        "utf8",
      );
  // What stands before the matrix in its line becomes blank, so that columns stay where they are.
  const kept = " ".repeat(from) + text.slice(from).replace(/(\\end\{\w+\*?\})[^\n]*$/, "$1");
  const [bytes, typed] = [kept, text].map((one) => Buffer.from(one, "utf8"));
  const slice = { ...source, bytes, typed, linesBefore: first.number - 1 };
  const own = { ...options, subject: key };
  // A formula behind a printed title may look like another form.
  const parsed: Parsed = printed
    ? await (await import("../forms/ruled.js")).ruled.parse(slice, own)
    : await parseText(slice, own);
  const { sums, labels, columnLabels } = parsed;
  return {
    rows: writtenRows(key, parsed.value, parsed),
    ...(labels && { rowLabels: labels }),
    ...(columnLabels && { columnLabels }),
    ...(sums && { sums: writtenRows(key, sums.value, sums) }),
  };
}

function byteLengthOf({ bytes }: Source, { start }: SheetLine): number {
  const end = bytes.indexOf(10, start);
  return (end < 0 ? bytes.length : end) - start;
}

/** The answer without sums at its sides, and what these answer. Throws SYNTAX for sums that are none. */
function withoutMargins({ line }: Block, step: TitledStep, table: BlockTable) {
  let { rows, rowLabels, columnLabels } = table;
  if (rowLabels && isMargin(rowLabels.at(-1)) && rows.length !== step.shape?.rows) {
    const columns = rows[0].map((_, col) => rows.slice(0, -1).map((row) => row[col]));
    refuseOtherSums(line, columns, rows[rows.length - 1]);
    [rows, rowLabels] = [rows.slice(0, -1), rowLabels.slice(0, -1)];
  }
  let { sums } = table;
  if (columnLabels && isMargin(columnLabels.at(-1)) && rows[0].length !== step.shape?.cols) {
    const [own, beside] = [rows.map((row) => row.slice(0, -1)), rows.map((row) => row[row.length - 1])];
    if (step.sums === undefined) refuseOtherSums(line, own, beside);
    sums = beside.map((cell) => [cell]);
    [rows, columnLabels] = [own, columnLabels.slice(0, -1)];
  }
  return [
    { key: step.key, rows, ...(rowLabels && { rowLabels }), ...(columnLabels && { columnLabels }) },
    ...(sums && step.sums !== undefined
      ? [{ key: step.sums, rows: sums, ...(rowLabels && { rowLabels }) }]
      : []),
  ];
}

type Cells = readonly (WrittenNumber | null)[];

/** Sums beside a table are no answer of their own where the run has no such step; but wrong ones are not passed over. */
function refuseOtherSums(line: SheetLine, rows: readonly Cells[], sums: Cells): void {
  const isSum = (row: Cells, sum: WrittenNumber | null) => {
    if (sum === null || row.some((cell) => cell === null)) return true;
    const total = row.reduce((all, cell) => all + (cell?.value ?? 0), 0);
    const slack = [...row, sum].reduce((all, cell) => all + 0.5 * 10 ** -(cell?.decimals ?? 0), 1e-9);
    return !Number.isFinite(total) || Math.abs(total - sum.value) <= slack;
  };
  if (rows.every((row, at) => isSum(row, sums[at] ?? null))) return;
  const message = "what stands beside this table as its sums are not the sums of its rows or columns.";
  refuseLine(line, "SYNTAX", message, "Leave them out, or put them right.");
}
