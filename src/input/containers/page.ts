import type { Place } from "../binary/place.js";
import { readContent } from "./elements.js";
import { Flow } from "./flow.js";
import type { ContainerText } from "./lines.js";
import { readMarkup } from "./markup.js";

/**
 * Reads an HTML page: paragraphs, lists, tables and formulas. The lines keep their numbers in the file. Throws SYNTAX.
 */
export async function readPage(text: string, place: Place): Promise<ContainerText> {
  const page = await readMarkup(text, place, "html");
  const flow = new Flow("HTML page");
  readContent(page, { flow, lineAt: lineCounter(text) });
  return flow.finish();
}

/** Returns a function from offsets to line numbers. Offsets must be passed in increasing order. */
function lineCounter(text: string): (offset: number) => number {
  let [line, at] = [1, 0];
  return (offset) => {
    for (; at < offset; at++) if (text[at] === "\n") line++;
    return line;
  };
}
