import { multiplyByPower } from "../number.js";
import { type Source, textOf } from "../source.js";
import { checkStatedShape, TORCH_SIZE } from "../stated-shape.js";
import { type Block, findBlocks } from "./display-blocks.js";
import type { Form, FormOptions } from "./form.js";
import { linesOf, offsetIn, tableOf } from "./lines.js";
import { packNamed } from "./named.js";
import { asZero } from "./ruled.js";
import { parseTable, refuseEmpty } from "./table.js";

const TAIL_BYTES = 64;

/**
 * Matrices as MATLAB, Octave, Julia and torch for C++ display them: a name or shape on its own line, then lines of
 * numbers.
 */
export const display: Form = {
  looksLike: ({ bytes }, _, head) =>
    TORCH_SIZE.test(textOf(bytes, Math.max(0, bytes.length - TAIL_BYTES), bytes.length)) ||
    (/[=:*]|Matrix|Column/.test(head) &&
      /^(?:[A-Za-z_]\w*[ \t]*=[ \t]*(?:[\r\n]|$)(?!\s*[[({])|\d+[×x]\d+ [^\r\n]*:[ \t]*[\r\n]|\d+-element [^\r\n]*:[ \t]*[\r\n]|(?:Diagonal|Permutation) Matrix|Columns? \d+|[\d.]+e[-+]\d+ +\*[ \t]*[\r\n])/.test(
        head,
      )),
  parse(source, options) {
    const blocks = findBlocks(linesOf(source), options);
    const read = blocks.map((block) => readBlock(source, block, blocks.length > 1, options));
    const [first] = read;
    if (!first) return refuseEmpty(source, options.subject);
    return {
      source,
      form: `${first.block.program} display`,
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

function readBlock(source: Source, block: Block, several: boolean, options: FormOptions) {
  const { name, stated, exponent, zeros } = block;
  const isZero = ({ text }: { readonly text: string }) => zeros && text === "⋅";
  const rows = block.rows.map((row) => row.map((cell) => (isZero(cell) ? asZero(cell) : cell)));
  const subject = several && name ? name.text : options.subject;
  const start = name && offsetIn(name.line, name.at);
  if (rows.length === 0) refuseEmpty(source, subject, start);
  const about = { form: block.program, remarks: [] };
  const { value, spanOf } = parseTable(tableOf(source, rows), { ...options, subject }, about);
  if (stated) checkStatedShape(source, stated.line.start, stated, value);
  if (exponent !== undefined) multiplyByPower(value.data, exponent);
  return { block, assigned: name && { name: name.text, start: start ?? 0 }, value, spanOf };
}
