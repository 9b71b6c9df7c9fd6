import { plainText } from "../decode.js";
import { refuseAt, type Source } from "../source.js";
import type { Entry, NumbersValue } from "../value.js";
import { type Block, findBlocks } from "./display-blocks.js";
import type { Form, FormOptions, Parsed } from "./form.js";
import { linesOf, offsetIn, tableOf } from "./lines.js";
import { withBytes } from "./rows.js";
import { readTable, type TextTable } from "./table.js";

/** What MATLAB, Octave and Julia show of a matrix: its name or shape on a line of its own, then lines of numbers. */
export const display: Form = {
  name: "display",
  looksLike: (_, __, head) =>
    /[=:*]|Matrix|Column/.test(head) &&
    /^(?:[A-Za-z_]\w*[ \t]*=[ \t]*(?:[\r\n]|$)(?!\s*[[({])|\d+[×x]\d+ [^\r\n]*:[ \t]*[\r\n]|\d+-element [^\r\n]*:[ \t]*[\r\n]|(?:Diagonal|Permutation) Matrix|Columns? \d+|[\d.]+e[-+]\d+ +\*[ \t]*[\r\n])/.test(
      head,
    ),
  parse(given, options) {
    const source = withBytes(given, plainText(given.bytes));
    const blocks = findBlocks(source, linesOf(source), options.subject);
    const read = blocks.map((block) => readBlock(source, block, blocks.length > 1, options));
    const [{ value, block }] = read;
    const { name } = block;
    return {
      source,
      value: read.length > 1 ? { kind: "object", start: 0, entries: entriesOf(source, read) } : value,
      form: `${block.program} display`,
      remarks: read.flatMap(({ block: { exponent, zeros } }) => [
        ...(exponent === undefined ? [] : [`every number times 1e${exponent}`]),
        ...(zeros ? ["⋅ read as 0"] : []),
      ]),
      ...(name && { assigned: { name: name.text, start: offsetIn(name.line, name.at) } }),
      ...(block.exponent !== undefined && read.length === 1 && { exponent: block.exponent }),
      spanOf: spansOf(read),
    };
  },
};

interface ReadBlock {
  readonly block: Block;
  readonly table: TextTable;
  readonly value: NumbersValue;
}

function readBlock(source: Source, block: Block, several: boolean, options: FormOptions): ReadBlock {
  const spell = block.zeros ? (cell: string) => (cell === "⋅" ? "0" : cell) : undefined;
  const table = tableOf(source, block.rows, spell);
  const subject = several && block.name ? block.name.text : options.subject;
  if (block.rows.length === 0) {
    const at = block.name ? offsetIn(block.name.line, block.name.at) : 0;
    refuseAt(source, at, "EMPTY_MATRIX", `${subject} holds no numbers.`, "Give at least one number.");
  }
  const value = readTable(table, { ...options, subject });
  const { exponent } = block;
  if (exponent !== undefined) scale(value.data, exponent);
  return { block, table, value };
}

/** Times a power of ten, rounded once: 0.0123 below the factor 1.0e+05 is what `Number("0.0123e5")` gives. */
function scale(data: Float64Array, exponent: number): void {
  for (const [cell, value] of data.entries()) {
    const [digits, own = "0"] = String(value).split("e");
    if (Number.isFinite(value)) data[cell] = Number(`${digits}e${Number(own) + exponent}`);
  }
}

function entriesOf(source: Source, read: readonly ReadBlock[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const { block, value } of read) {
    const { name } = block;
    const keyStart = name ? offsetIn(name.line, name.at) : value.start;
    if (!name) {
      const hint = "Give one matrix, or every one with its name.";
      refuseAt(source, keyStart, "SYNTAX", "a second matrix starts here, and it has no name.", hint);
    }
    if (entries.has(name.text)) {
      refuseAt(source, keyStart, "DUPLICATE_KEY", `${name.text} is given twice.`, "Remove one of the two.");
    }
    entries.set(name.text, { keyStart, value });
  }
  return entries;
}

function spansOf(read: readonly ReadBlock[]): Parsed["spanOf"] {
  return (numbers, cell) => {
    const { table, value } = read.find((one) => one.value.start === numbers.start) ?? read[0];
    return table.spanOf(Math.floor(cell / value.cols), cell % value.cols);
  };
}
