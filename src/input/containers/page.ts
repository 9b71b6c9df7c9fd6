import type { Place } from "../binary/place.js";
import { Flow } from "./flow.js";
import type { ContainerText } from "./lines.js";
import { type Element, readMarkup } from "./markup.js";
import { type ElementReader, meanings } from "./meanings.js";

/**
 * Reads an HTML page: paragraphs, lists, tables and formulas. The lines keep their numbers in the file. Throws SYNTAX.
 */
export async function readPage(text: string, place: Place): Promise<ContainerText> {
  const page = await readMarkup(text, place, "html");
  const flow = new Flow("HTML page");
  const lineAt = lineCounter(text);
  walk(page, { flow, lineAt, isPlain: false });
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

interface Reading {
  readonly flow: Flow;
  readonly lineAt: (offset: number) => number;
  /** Whether line breaks in the text are line breaks on the page (`pre`). */
  readonly isPlain: boolean;
}

function readContent(element: Element, reading: Reading): void {
  const { flow, isPlain } = reading;
  for (const child of element.children) {
    if (typeof child !== "string") walk(child, reading);
    else if (isPlain) appendLines(child, flow);
    else flow.append(child.replace(/[^\S\u00a0]+/g, " "));
  }
}

const { wrapped, endLine, struck, formula, table, row, cell } = meanings(readContent);

function appendLines(text: string, flow: Flow): void {
  const [first, ...others] = text.split("\n");
  flow.append(first);
  for (const other of others) {
    flow.endLine();
    flow.append(other);
  }
}

function walk(element: Element, reading: Reading): void {
  const { name, attributes, start } = element;
  if (isHidden(element)) return;
  reading.flow.at(reading.lineAt(start));
  const read = MEANING[name] ?? (BLOCKS.includes(name) ? block : readContent);
  if (/line-through/.test(attributes.style ?? "")) struck(element, reading);
  else read(element, reading);
}

/**
 * Whether a reader does not see an element. KaTeX and MathJax add a second, drawn copy of each formula, which is hidden
 * here too.
 */
function isHidden({ name, attributes }: Element): boolean {
  const { style = "", hidden, class: looks = "" } = attributes;
  return (
    UNSEEN.includes(name) ||
    hidden !== undefined ||
    /display:\s*none/.test(style) ||
    (attributes["aria-hidden"] === "true" && looks.includes("katex-html"))
  );
}

const UNSEEN = "head title style script template noscript colgroup svg mjx-math nav option".split(" ");

const BLOCKS =
  "p div h1 h2 h3 h4 h5 h6 ul ol dl dt dd li caption section article header footer main body html form fieldset blockquote figure figcaption details summary address".split(
    " ",
  );

const block: ElementReader<Reading> = (element, reading) => {
  reading.flow.endPending();
  reading.flow.at(reading.lineAt(element.start));
  readContent(element, reading);
  reading.flow.endPending();
};

const lines: ElementReader<Reading> = (element, reading) => block(element, { ...reading, isPlain: true });

const marked = (mark: string) => wrapped((flow) => flow.append(mark));

const cellOfTable = cell(({ attributes: { colspan = 1, rowspan = 1 } }) => [
  Number(colspan),
  Number(rowspan),
]);

/** What to do for HTML elements other than plain text. */
const MEANING: Readonly<Record<string, ElementReader<Reading>>> = {
  pre: lines,
  textarea: lines,
  br: endLine,
  hr: (_, { flow }) => flow.endPending(),
  s: struck,
  del: struck,
  strike: struck,
  sup: marked("^"),
  sub: marked("_"),
  math: formula,
  input({ attributes: { type = "text", value = "" } }, { flow }) {
    if (type === "text" || type === "number") flow.append(value);
  },
  table,
  tr: row,
  td: cellOfTable,
  th: cellOfTable,
};
