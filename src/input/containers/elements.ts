import type { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import { type Element, firstIn, isOn } from "./markup.js";

// What elements mean in pages (HTML), in Word's documents and in those of OpenDocument. No name means two things, so one
// table has them all.

/** A document that is being read. */
interface Reading {
  readonly flow: Flow;
  /** Whether a text in an element belongs to the document. Undefined: all does. */
  isText?(text: string, parent: Element): boolean;
  /** For a page: the line of an offset. Offsets must be passed in increasing order. */
  lineAt?(offset: number): number;
  /** Whether white space counts as it is, and line breaks in the text are line breaks on the page (`pre`). */
  readonly isPlain?: boolean;
  /** The styles of an OpenDocument file. */
  readonly looks?: Looks;
  /** Formulas in separate parts of an archive, by the link to them. */
  readonly formulas?: ReadonlyMap<string, string>;
}

/** The names of styles that strike out, raise or lower text. */
export interface Looks {
  readonly struck: ReadonlySet<string>;
  readonly raised: ReadonlySet<string>;
  readonly lowered: ReadonlySet<string>;
}

/** A function that adds an element of a document to the flow. */
type ElementReader = (element: Element, reading: Reading) => void;

/** Reads what is in an element. */
export function readContent(element: Element, reading: Reading): void {
  const { flow, isPlain, isText = () => true } = reading;
  for (const child of element.children) {
    if (typeof child !== "string") readElement(child, reading);
    else if (isPlain && isText(child, element)) appendLines(child, flow);
    else if (isText(child, element)) flow.append(child.replace(/[^\S\u00a0]+/g, " "));
  }
}

function appendLines(text: string, flow: Flow): void {
  const [first, ...others] = text.split("\n");
  flow.append(first);
  for (const other of others) {
    flow.endLine();
    flow.append(other);
  }
}

/** Reads an element. The content of elements without a meaning is read as if it were not inside them. */
function readElement(element: Element, reading: Reading): void {
  if (isHidden(element)) return;
  noteLine(element, reading);
  const { name, attributes } = element;
  const read = MEANING[name] ?? (BLOCKS.includes(name) ? block : readContent);
  if (attributes.style?.includes("line-through")) struck(element, reading);
  else read(element, reading);
}

function noteLine({ start }: Element, { flow, lineAt }: Reading): void {
  if (lineAt) flow.at(lineAt(start));
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

const UNSEEN = [
  ..."head title style script template noscript colgroup svg mjx-math nav option".split(" "),
  // Remarks and their authors, codes of fields, and properties. The others stand beside what they describe or replace.
  ..."office:annotation dc:creator dc:date text:sequence-decls draw:image svg:desc svg:title".split(" "),
  ..."w:instrText w:pPr w:sdtPr mc:Fallback".split(" "),
];

const BLOCKS =
  "p div h1 h2 h3 h4 h5 h6 ul ol dl dt dd li caption section article header footer main body html form fieldset blockquote figure figcaption details summary address".split(
    " ",
  );

const block: ElementReader = (element, reading) => {
  reading.flow.endPending();
  noteLine(element, reading);
  readContent(element, reading);
  reading.flow.endPending();
};

const lines: ElementReader = (element, reading) => block(element, { ...reading, isPlain: true });

const nothing = () => {};

/** Reads an element's content, with an action before and one after it. */
const wrapped =
  (begin: (flow: Flow, element: Element) => void, end: (flow: Flow) => void = nothing): ElementReader =>
  (element, reading) => {
    begin(reading.flow, element);
    readContent(element, reading);
    end(reading.flow);
  };

const append =
  (text: string): ElementReader =>
  (_, { flow }) =>
    flow.append(text);

const endLine: ElementReader = (_, { flow }) => flow.endLine();
const struck: ElementReader = (element, reading) => reading.flow.strike(() => readContent(element, reading));
const formula: ElementReader = (element, { flow }) => flow.append(` ${formulaText(element)} `);

const table = wrapped(
  (flow) => flow.startTable(),
  (flow) => flow.endTable(),
);
const row = wrapped(
  (flow) => flow.startRow(),
  (flow) => flow.endRow(),
);

/** A cell that spans several columns and rows. */
const cell = (sizeOf: (element: Element) => readonly [wide?: number, high?: number]): ElementReader =>
  wrapped(
    (flow, element) => flow.startCell(...sizeOf(element)),
    (flow) => flow.endCell(),
  );

const cellOfPage = cell(({ attributes: { colspan = 1, rowspan = 1 } }) => [Number(colspan), Number(rowspan)]);
const plainCell = cell(() => []);

/** A cell of OpenDocument, which may be repeated. */
const cells: ElementReader = (element, reading) => {
  const wide = Number(element.attributes["table:number-columns-repeated"] ?? 1);
  for (let copy = 0; copy < Math.min(wide, 100); copy++) plainCell(element, reading);
};

const marked = (mark: string) => wrapped((flow) => flow.append(mark));

const MARKS = { raised: "^", lowered: "_" } as const;

/** Reads text that may be struck out, raised or lowered. */
function readStyled(element: Element, reading: Reading, look: keyof Looks | undefined): void {
  if (look && look !== "struck") reading.flow.append(MARKS[look]);
  const read = look === "struck" ? struck : readContent;
  read(element, reading);
}

/** A run of Word's text, which has one format. */
const run: ElementReader = (element, reading) => {
  const format = firstIn(element, "w:rPr") ?? element;
  const isStruck = ["w:strike", "w:dstrike"].some((name) => isOn(firstIn(format, name)));
  const height = firstIn(format, "w:vertAlign")?.attributes["w:val"];
  const look = height === "superscript" ? "raised" : height === "subscript" ? "lowered" : undefined;
  readStyled(element, reading, isStruck ? "struck" : look);
};

/** A piece of OpenDocument's text, whose style says how it looks. */
const styled: ElementReader = (element, reading) => {
  const style = element.attributes["text:style-name"] ?? "";
  const { looks } = reading;
  const look = looks && (["struck", "raised", "lowered"] as const).find((one) => looks[one].has(style));
  readStyled(element, reading, look);
};

const paragraph: ElementReader = (element, reading) => {
  styled(element, reading);
  reading.flow.endLine();
};

const MEANING: Readonly<Record<string, ElementReader>> = {
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
  td: cellOfPage,
  th: cellOfPage,
  // A text box has paragraphs inside another paragraph.
  "w:p": wrapped(nothing, (flow) => flow.endLine()),
  "w:r": run,
  "w:tab": append("\t"),
  "w:ptab": append("\t"),
  "w:br": endLine,
  "w:cr": endLine,
  "w:noBreakHyphen": append("-"),
  "w:sym": symbol,
  "w:del": struck,
  "w:moveFrom": struck,
  "w:txbxContent": wrapped((flow) => flow.endPending()),
  "w:tbl": table,
  "w:tr": row,
  "w:tc": cell((element) => {
    const span = firstIn(firstIn(element, "w:tcPr") ?? element, "w:gridSpan");
    return [Number(span?.attributes["w:val"] ?? 1)];
  }),
  "m:oMath": formula,
  "text:p": paragraph,
  "text:h": paragraph,
  "text:span": styled,
  "text:s": ({ attributes }, { flow }) =>
    flow.append(" ".repeat(Math.min(100, Number(attributes["text:c"] ?? 1)))),
  "text:tab": append("\t"),
  "text:line-break": endLine,
  "text:deletion": struck,
  "table:table": table,
  "table:table-row": row,
  "table:table-cell": cells,
  "table:covered-table-cell": cells,
  "draw:object"({ attributes }, { flow, formulas }) {
    flow.append(` ${formulas?.get(attributes["xlink:href"] ?? "") ?? ""} `);
  },
};

/** Adds a character of a symbol font. In the font Symbol, Greek letters have the codes of Latin letters. */
function symbol({ attributes }: Element, { flow }: Reading): void {
  const code = Number.parseInt(attributes["w:char"] ?? "", 16) & 0xfff;
  const sign = SYMBOLS[code & 0xff] ?? (code > 0 ? String.fromCharCode(code & 0xff) : "");
  flow.append(sign);
}

const SYMBOLS: Readonly<Record<number, string>> = {
  45: "−",
  83: "Σ",
  97: "α",
  174: "→",
  180: "×",
  183: "·",
  187: "≈",
  214: "√",
  215: "·",
};
