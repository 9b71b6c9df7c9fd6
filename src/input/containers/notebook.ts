import type { Place } from "../binary/place.js";
import { parseObject } from "../json/parse-object.js";
import { COLOURS } from "../prompts.js";
import { type Fields, isFields } from "../value.js";
import type { ContainerText, Line } from "./lines.js";

/** Reads the cells of a Jupyter notebook: each cell's source and, below it, its output. Throws SYNTAX. */
export function readNotebook(text: string, place: Place): ContainerText {
  const lines: Line[] = [];
  const omitted: string[] = [];
  const push = (said: string, where: string) => {
    for (const line of said.replace(COLOURS, "").split(/\r?\n/))
      lines.push({ number: lines.length + 1, text: line, where });
    lines.push({ number: lines.length + 1, text: "", where });
  };
  for (const [index, cell] of cellsOf(text, place).entries()) {
    const where = `cell ${index + 1}`;
    const source = joined(cell.source ?? cell.input);
    if (source.trim() !== "") push(source, where);
    for (const output of listOf(cell.outputs)) {
      const said = outputText(output);
      if (said === undefined) omitted.push(`the pictures or errors of ${where}`);
      else if (said.trim() !== "") push(said, `${where}, output`);
    }
  }
  return { form: "Jupyter notebook", lines, struck: [], tables: [], omitted };
}

const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** Text in a notebook is one string, or a list of lines. */
const joined = (value: unknown): string =>
  Array.isArray(value)
    ? value.filter((one) => typeof one === "string").join("")
    : typeof value === "string"
      ? value
      : "";

function cellsOf(text: string, place: Place): readonly Fields[] {
  const book = parseObject(text, place.source, "Save it again in Jupyter.");
  // Before 2014, cells were inside worksheets.
  return "cells" in book ? listOf(book.cells) : listOf(book.worksheets).flatMap(({ cells }) => listOf(cells));
}

/** Returns the printed output of a cell, or undefined for a picture or an error. */
function outputText({ output_type: type, text, data }: Fields): string | undefined {
  if (type === "error" || type === "pyerr") return undefined;
  const plain = isFields(data) ? data["text/plain"] : undefined;
  const said = joined(text ?? plain);
  return isFields(data) && /^<(?:Figure|[\w.]+ object|IPython)/.test(said) ? undefined : said;
}
