import type { Place } from "../binary/place.js";
import { Flow } from "./flow.js";
import type { ContainerText } from "./lines.js";
import { type Element, firstIn, isOn, readMarkup, textIn } from "./markup.js";
import { type ElementReader, meanings } from "./meanings.js";
import type { Parts } from "./parts.js";

/** Reads the paragraphs, tables and equations of a .docx, in order. Throws SYNTAX. */
export async function readWord(parts: Parts, place: Place): Promise<ContainerText> {
  const document = await readMarkup(parts.read("word/document.xml") ?? "", place, "xml");
  const flow = new Flow("Word document");
  readContent(document, { flow });
  return flow.finish();
}

interface Reading {
  readonly flow: Flow;
}

const readContent: ElementReader<Reading> = (element, reading) => {
  for (const child of element.children)
    if (typeof child !== "string") (MEANING[child.name] ?? readContent)(child, reading);
};

const { wrapped, skip, append, endLine, struck, formula, table, row, cell } = meanings(readContent);

const text: ElementReader<Reading> = (element, { flow }) => flow.append(textIn(element));

/** Reads text with one format: it may be struck out, raised or lowered. */
const run: ElementReader<Reading> = (element, reading) => {
  const { flow } = reading;
  const look = firstIn(element, "w:rPr");
  const isStruck = look && ["w:strike", "w:dstrike"].some((name) => isOn(firstIn(look, name)));
  if (isStruck) return struck(element, reading);
  const height = look && firstIn(look, "w:vertAlign")?.attributes["w:val"];
  if (height === "superscript") flow.append("^");
  if (height === "subscript") flow.append("_");
  readContent(element, reading);
};

/**
 * What to do for each element of WordprocessingML. The content of other elements is read as if it were not inside them.
 */
const MEANING: Readonly<Record<string, ElementReader<Reading>>> = {
  // A text box has paragraphs inside another paragraph.
  "w:p": wrapped(
    () => {},
    (flow) => flow.endLine(),
  ),
  "w:r": run,
  "w:t": text,
  "w:delText": text,
  "w:tab": append("\t"),
  "w:ptab": append("\t"),
  "w:br": endLine,
  "w:cr": endLine,
  "w:noBreakHyphen": append("-"),
  "w:sym": symbol,
  "w:del": struck,
  "w:moveFrom": struck,
  "w:txbxContent": wrapped((flow) => flow.endPending()),
  // An alternative for programs that cannot show the element beside it.
  "mc:Fallback": skip,
  "w:instrText": skip,
  "w:pPr": skip,
  "w:sdtPr": skip,
  "w:tbl": table,
  "w:tr": row,
  "w:tc": cell((element) => {
    const span = firstIn(firstIn(element, "w:tcPr") ?? element, "w:gridSpan");
    return [Number(span?.attributes["w:val"] ?? 1)];
  }),
  "m:oMath": formula,
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
