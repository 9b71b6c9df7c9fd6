import type { Place } from "../binary/place.js";
import { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import { type ContainerText, inOneLine, type Line } from "./lines.js";
import { type Element, elementsIn, firstIn, readMarkup } from "./markup.js";
import { type ElementReader, meanings } from "./meanings.js";
import type { Parts } from "./parts.js";

/** The names of styles that strike out, raise or lower text. */
export interface Looks {
  readonly struck: ReadonlySet<string>;
  readonly raised: ReadonlySet<string>;
  readonly lowered: ReadonlySet<string>;
}

/** Reads the paragraphs, tables and formulas of a .odt, in order. Throws SYNTAX. */
export async function readTextDocument(parts: Parts, place: Place): Promise<ContainerText> {
  const content = await readMarkup(parts.read("content.xml") ?? "", place, "xml");
  const flow = new Flow("OpenDocument text");
  const reading = { flow, looks: looksOf(content), formulas: await formulasOf(content, parts, place) };
  const body = firstIn(content, "office:body", true);
  if (body) readContent(body, reading);
  return flow.finish();
}

interface Reading {
  readonly flow: Flow;
  readonly looks: Looks;
  /** Formulas in separate parts of the archive, by the link to them. */
  readonly formulas: ReadonlyMap<string, string>;
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
      found.size < MAX_FORMULAS ? parts.read(`${link.replace(/^\.\//, "")}/content.xml`) : undefined;
    if (text !== undefined) found.set(link, formulaText(await readMarkup(text, place, "xml")));
  }
  return found;
}

const readContent: ElementReader<Reading> = (element, reading) => {
  for (const child of element.children) {
    if (typeof child === "string") {
      if (child.trim() !== "" || PARAGRAPHS.includes(element.name))
        reading.flow.append(child.replace(/\s+/g, " "));
    } else (MEANING[child.name] ?? readContent)(child, reading);
  }
};

const { skip, append, endLine, struck, formula, table, row, cell } = meanings(readContent);

const PARAGRAPHS: readonly string[] = ["text:p", "text:h", "text:span", "text:a"];

const paragraph: ElementReader<Reading> = (element, reading) => {
  styled(element, reading);
  reading.flow.endLine();
};

/** Reads text according to its style. */
const styled: ElementReader<Reading> = (element, reading) => {
  const { flow, looks } = reading;
  const style = element.attributes["text:style-name"] ?? "";
  if (looks.struck.has(style)) return struck(element, reading);
  if (looks.raised.has(style)) flow.append("^");
  if (looks.lowered.has(style)) flow.append("_");
  readContent(element, reading);
};

const oneCell = cell(() => []);

const cells: ElementReader<Reading> = (element, reading) => {
  const wide = Number(element.attributes["table:number-columns-repeated"] ?? 1);
  for (let copy = 0; copy < Math.min(wide, 100); copy++) oneCell(element, reading);
};

/** What to do for each element of OpenDocument. The content of other elements is read as if it were not inside them. */
const MEANING: Readonly<Record<string, ElementReader<Reading>>> = {
  "text:p": paragraph,
  "text:h": paragraph,
  "text:span": styled,
  "text:s": ({ attributes }, { flow }) =>
    flow.append(" ".repeat(Math.min(100, Number(attributes["text:c"] ?? 1)))),
  "text:tab": append("\t"),
  "text:line-break": endLine,
  "text:deletion": struck,
  "dc:creator": skip,
  "dc:date": skip,
  "office:annotation": skip,
  "text:sequence-decls": skip,
  "table:table": table,
  "table:table-row": row,
  "table:table-cell": cells,
  "table:covered-table-cell": cells,
  "draw:object"({ attributes }, { flow, formulas }) {
    flow.append(` ${formulas.get(attributes["xlink:href"] ?? "") ?? ""} `);
  },
  math: formula,
  // A picture of the formula beside it.
  "draw:image": skip,
  "svg:desc": skip,
  "svg:title": skip,
};

/** Returns the text of a sheet's cell, and the struck-out text separately. */
export function cellText(cell: Element, looks: Looks): { readonly text: string; readonly struck: string } {
  const flow = new Flow("");
  const reading = { flow, looks, formulas: new Map<string, string>() };
  readContent(cell, reading);
  const { lines, struck } = flow.finish();
  const joined = (some: readonly Line[]) => inOneLine(some.map(({ text }) => text).join(" "));
  return { text: joined(lines), struck: joined(struck) };
}
