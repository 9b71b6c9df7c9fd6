import { listed } from "../../errors.js";
import { refuseBinary } from "../binary/place.js";
import { plainSource } from "../decode.js";
import { delimited } from "../forms/delimited.js";
import type { FormOptions, Parsed } from "../forms/form.js";
import { shellWord } from "../lone-matrix.js";
import type { Source } from "../source.js";
import type { ContainerText, LinePlace, Table } from "./lines.js";
import { openContainer } from "./open.js";

/**
 * Reads a document as one matrix: its only table of numbers, or the sheet that the pick names. Numbers of a spreadsheet
 * are read as they are stored. Returns undefined if the source is not a document. Throws AMBIGUOUS for several tables,
 * EMPTY_MATRIX for none, SYNTAX for a notebook, and the errors of reading a table.
 */
export async function readTableOf(source: Source, options: FormOptions): Promise<Parsed | undefined> {
  const read = await openContainer(source, "stored");
  if (!read) return undefined;
  const place = { source: source.name };
  if (read.form === "Jupyter notebook") {
    const hint = `qkv reads it as a sheet: qkv check problem.json ${source.name}. For a matrix use np.save, or paste its numbers.`;
    return refuseBinary(place, "SYNTAX", "this is a notebook, not one matrix.", hint);
  }
  const table = chooseTable(read, source);
  const parsed = await delimited.parse(plainSource(sourceOfTable(source, table)), options);
  const form = read.tables.length > 1 ? `${read.form}, ${table.where}` : read.form;
  return { ...parsed, form };
}

function chooseTable({ tables, form }: ContainerText, { name, pick }: Source): Table {
  const place = { source: name };
  const filled = tables.filter(({ rows }) => rows.some(({ cells }) => cells.some((cell) => /\d/.test(cell))));
  const names = filled.flatMap((table) => table.name ?? []);
  if (pick !== undefined) {
    const picked = filled.find((table) => table.name === pick);
    if (picked) return picked;
    const hint = `Its sheets with numbers are: ${listed(names)}.`;
    return refuseBinary(place, "UNKNOWN_KEY", `it has no sheet "${pick}" with numbers in it.`, hint);
  }
  const [first, second] = filled;
  if (first === undefined) {
    const hint = "Put the numbers into a table, one number per cell, or save them as text.";
    return refuseBinary(place, "EMPTY_MATRIX", `this ${form} has no table of numbers.`, hint);
  }
  if (second === undefined) return first;
  const message = `it has ${filled.length} tables of numbers: ${listed(filled.map(({ where }) => where))}.`;
  const hint =
    names.length > 1
      ? `Name the sheet: ${names
          .slice(0, 3)
          .map((one) => shellWord(`${name}:${one}`))
          .join(" ")}`
      : "Keep one table in a file, or save each as CSV.";
  return refuseBinary(place, "AMBIGUOUS", message, hint);
}

/**
 * Returns a table as text, one row per line, with the place of each row. Empty rows and columns around it are left out.
 */
function sourceOfTable({ name, kind }: Source, { rows, where, name: sheet }: Table): Source {
  const isFilled = (cell: string) => cell.trim() !== "";
  const firsts = rows.map(({ cells }) => cells.findIndex(isFilled)).filter((at) => at >= 0);
  const first = Math.min(...firsts);
  const lines: string[] = [];
  const places: LinePlace[] = [];
  let before: number | undefined;
  for (const { cells, number } of rows) {
    if (!cells.some(isFilled)) continue;
    const place =
      sheet === undefined ? { where: `${where}, row ${number}` } : { where, row: number, firstColumn: first };
    if (before !== undefined && number > before + 1) {
      lines.push("");
      places.push({ ...place, number: lines.length });
    }
    before = number;
    lines.push(
      cells
        .slice(first)
        .map((cell) => cell.replaceAll("\t", " "))
        .join("\t"),
    );
    places.push({ ...place, number: lines.length });
  }
  return { name, kind, bytes: Buffer.from(lines.join("\n"), "utf8"), places };
}
