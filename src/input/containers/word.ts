import type { Place } from "../binary/place.js";
import { Flow } from "./flow.js";
import { formulaText } from "./formula.js";
import type { ContainerText } from "./lines.js";
import { type Element, firstIn, readMarkup, textIn } from "./markup.js";
import type { Parts } from "./parts.js";

/** Paragraphs, tables and equations of a .docx, in their order. Throws SYNTAX. */
export async function readWord(parts: Parts, place: Place): Promise<ContainerText> {
  const document = await readMarkup(parts.read("word/document.xml") ?? "", place, "xml");
  const flow = new Flow("Word document");
  walk(document, flow);
  return flow.finish();
}

type Meet = (element: Element, flow: Flow) => void;

const into: Meet = (element, flow) => {
  for (const child of element.children) if (typeof child !== "string") walk(child, flow);
};

const walk: Meet = (element, flow) => (MEANING[element.name] ?? into)(element, flow);

const say =
  (text: string): Meet =>
  (_, flow) =>
    flow.say(text);

const skip: Meet = () => {};

const struck: Meet = (element, flow) => flow.strike(() => into(element, flow));

/** What the elements of WordprocessingML mean; what stands in others is read as if it stood there itself. */
const MEANING: Readonly<Record<string, Meet>> = {
  "w:p"(element, flow) {
    // The text of a box stands in a paragraph within another one.
    into(element, flow);
    flow.endLine();
  },
  "w:r": run,
  "w:t": (element, flow) => flow.say(textIn(element)),
  "w:delText": (element, flow) => flow.say(textIn(element)),
  "w:tab": say("\t"),
  "w:ptab": say("\t"),
  "w:br": (_, flow) => flow.endLine(),
  "w:cr": (_, flow) => flow.endLine(),
  "w:noBreakHyphen": say("-"),
  "w:sym": symbol,
  "w:del": struck,
  "w:moveFrom": struck,
  "w:txbxContent"(element, flow) {
    flow.endSaid();
    into(element, flow);
  },
  // What Word shows where it cannot show what stands beside it.
  "mc:Fallback": skip,
  "w:instrText": skip,
  "w:pPr": skip,
  "w:sdtPr": skip,
  "w:tbl"(element, flow) {
    flow.startTable();
    into(element, flow);
    flow.endTable();
  },
  "w:tr"(element, flow) {
    flow.startRow();
    into(element, flow);
    flow.endRow();
  },
  "w:tc"(element, flow) {
    const span = firstIn(firstIn(element, "w:tcPr") ?? element, "w:gridSpan");
    flow.startCell(Number(span?.attributes["w:val"] ?? 1));
    into(element, flow);
    flow.endCell();
  },
  "m:oMath": (element, flow) => flow.say(` ${formulaText(element)} `),
};

/** Text with one look: struck out, raised or lowered. */
function run(element: Element, flow: Flow): void {
  const look = firstIn(element, "w:rPr");
  const isStruck = look && ["w:strike", "w:dstrike"].some((name) => isOn(firstIn(look, name)));
  if (isStruck) {
    flow.strike(() => into(element, flow));
    return;
  }
  const height = look && firstIn(look, "w:vertAlign")?.attributes["w:val"];
  if (height === "superscript") flow.say("^");
  if (height === "subscript") flow.say("_");
  into(element, flow);
}

const isOn = (property: Element | undefined) =>
  property !== undefined && !/^(?:0|false|off|none)$/.test(property.attributes["w:val"] ?? "1");

/** A sign of a font of signs; those of the font Symbol are Greek letters by their Latin ones. */
function symbol({ attributes }: Element, flow: Flow): void {
  const code = Number.parseInt(attributes["w:char"] ?? "", 16) & 0xfff;
  const sign = SYMBOLS[code & 0xff] ?? (code > 0 ? String.fromCharCode(code & 0xff) : "");
  flow.say(sign);
}

const SYMBOLS: Readonly<Record<number, string>> = {
  ...{ 45: "−", 83: "Σ", 97: "α", 174: "→", 180: "×", 183: "·", 187: "≈", 214: "√", 215: "·" },
};
