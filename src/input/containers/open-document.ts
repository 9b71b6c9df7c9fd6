import type { Place } from "../binary/place.js";
import { type Looks, readContent } from "./elements.js";
import { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import { type ContainerText, inOneLine, type Line } from "./lines.js";
import { type Element, elementsIn, firstIn, readMarkup } from "./markup.js";
import type { Parts } from "./parts.js";

/** Reads the paragraphs, tables and formulas of a .odt, in order. Throws SYNTAX. */
export async function readTextDocument(parts: Parts, place: Place): Promise<ContainerText> {
  const content = await readMarkup(parts.read("content.xml") ?? "", place, "xml");
  const flow = new Flow("OpenDocument text");
  const reading = {
    flow,
    isText,
    looks: looksOf(content),
    formulas: await formulasOf(content, parts, place),
  };
  const body = firstIn(content, "office:body", true);
  if (body) readContent(body, reading);
  return flow.finish();
}

/** Finds the styles that strike out, raise or lower text. */
export function looksOf(content: Element): Looks {
  const looks = { struck: new Set<string>(), raised: new Set<string>(), lowered: new Set<string>() };
  for (const style of elementsIn(content, "style:style", true)) {
    const name = style.attributes["style:name"] ?? "";
    const attributes = firstIn(style, "style:text-properties")?.attributes ?? {};
    const line = attributes["style:text-line-through-style"] ?? attributes["style:text-line-through-type"];
    const height = attributes["style:text-position"] ?? "";
    if (line !== undefined && line !== "none") looks.struck.add(name);
    if (/^super|^[1-9]/.test(height)) looks.raised.add(name);
    if (/^sub|^-/.test(height)) looks.lowered.add(name);
  }
  return looks;
}

/** The maximum number of formulas, each a separate part. Documents have a few dozen. */
const MAX_FORMULAS = 500;

async function formulasOf(
  content: Element,
  parts: Parts,
  place: Place,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const { attributes } of elementsIn(content, "draw:object", true)) {
    const link = attributes["xlink:href"] ?? "";
    const text =
      found.size < MAX_FORMULAS ? parts.read(`${link.replace(/^\.\/|\/$/g, "")}/content.xml`) : undefined;
    if (text !== undefined) found.set(link, formulaText(await readMarkup(text, place, "xml")));
  }
  return found;
}

const PARAGRAPHS = ["text:p", "text:h", "text:span", "text:a"];

/** White space between elements counts only within a paragraph. */
const isText = (text: string, { name }: Element): boolean => text.trim() !== "" || PARAGRAPHS.includes(name);

/** Returns the text of a sheet's cell, and the struck-out text separately. */
export function cellText(cell: Element, looks: Looks): { readonly text: string; readonly struck: string } {
  const flow = new Flow("");
  readContent(cell, { flow, isText, looks });
  const { lines, struck } = flow.finish();
  const joined = (some: readonly Line[]) => inOneLine(some.map(({ text }) => text).join(" "));
  return { text: joined(lines), struck: joined(struck) };
}
