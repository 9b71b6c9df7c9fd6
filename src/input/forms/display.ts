import { plainSource } from "../decode.js";
import { multiplyByPower } from "../number.js";
import { checkSaidShape } from "../said-shape.js";
import { type Source, textOf } from "../source.js";
import { type Block, findBlocks, TORCH_SIZE } from "./display-blocks.js";
import type { Form, FormOptions } from "./form.js";
import { linesOf, offsetIn, tableOf } from "./lines.js";
import { type NamedMatrix, packNamed } from "./named.js";
import { readTable, refuseEmpty } from "./table.js";

const TAIL_BYTES = 64;

/** What MATLAB, Octave, Julia and torch for C++ show of a matrix: its name or shape on a line of its own, then lines of numbers. */
export const display: Form = {
  name: "display",
  looksLike: ({ bytes }, _, head) =>
    TORCH_SIZE.test(textOf(bytes, Math.max(0, bytes.length - TAIL_BYTES), bytes.length)) ||
    (/[=:*]|Matrix|Column/.test(head) &&
      /^(?:[A-Za-z_]\w*[ \t]*=[ \t]*(?:[\r\n]|$)(?!\s*[[({])|\d+[×x]\d+ [^\r\n]*:[ \t]*[\r\n]|\d+-element [^\r\n]*:[ \t]*[\r\n]|(?:Diagonal|Permutation) Matrix|Columns? \d+|[\d.]+e[-+]\d+ +\*[ \t]*[\r\n])/.test(
        head,
      )),
  parse(given, options) {
    const source = plainSource(given);
    const blocks = findBlocks(linesOf(source), options.subject);
    const read = blocks.map((block) => readBlock(source, block, blocks.length > 1, options));
    const [{ block }] = read;
    return {
      source,
      form: `${block.program} display`,
      remarks: read.flatMap(({ block: { exponent, zeros, columns } }) => [
        ...(columns.length === 0 ? [] : [`${columns.length} blocks of columns joined`]),
        ...(exponent === undefined ? [] : [`every number times 1e${exponent}`]),
        ...(zeros ? ["⋅ read as 0"] : []),
      ]),
      exponentOf: ({ start }) => read.find(({ value }) => value.start === start)?.block.exponent,
      ...packNamed(source, read),
    };
  },
};

interface ReadBlock extends NamedMatrix {
  readonly block: Block;
}

function readBlock(source: Source, block: Block, several: boolean, options: FormOptions): ReadBlock {
  const spell = block.zeros ? (cell: string) => (cell === "⋅" ? "0" : cell) : undefined;
  const table = tableOf(source, block.rows, spell);
  const subject = several && block.name ? block.name.text : options.subject;
  if (block.rows.length === 0) {
    const at = block.name ? offsetIn(block.name.line, block.name.at) : 0;
    refuseEmpty(source, subject, at);
  }
  const value = readTable(table, { ...options, subject });
  if (block.said) checkSaidShape(source, offsetIn(block.said.line, 0), block.said, value);
  const { exponent } = block;
  if (exponent !== undefined) multiplyByPower(value.data, exponent);
  const { name } = block;
  return {
    block,
    name: name && { text: name.text, start: offsetIn(name.line, name.at) },
    value,
    spanOf: (_, cell) => table.spanOf(Math.floor(cell / value.cols), cell % value.cols),
  };
}
