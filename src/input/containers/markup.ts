import { type Place, refuseBinary } from "../binary/place.js";

/** An element of XML or HTML and its content. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  /** The offset in the text at which it starts. */
  readonly start: number;
}

/** An element or a piece of text. */
export type Node = Element | string;

/** The maximum number of elements. Homework has a few thousand; 250,000 take 0.3 s and 100 MB. */
const MAX_ELEMENTS = 250_000;

/** The maximum depth. Usual pages nest about thirty deep. */
const MAX_DEPTH = 400;

/**
 * Parses XML or HTML and returns a root element around everything. Entities that the text declares itself are not
 * expanded. Throws SYNTAX if it is nested too deep or has too many elements.
 */
export async function readMarkup(
  text: string,
  place: Place,
  language: "xml" | "xml without prefixes" | "html",
): Promise<Element> {
  const { Parser } = await import("htmlparser2");
  const root = openElement("", {}, 0);
  const open = [root];
  let count = 0;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        if (++count > MAX_ELEMENTS) refuseSize(place);
        if (open.length > MAX_DEPTH) refuseDepth(place);
        const end = language === "xml without prefixes" ? name.indexOf(":") + 1 : 0;
        const element = openElement(name.slice(end), attributes, parser.startIndex);
        open[open.length - 1].children.push(element);
        open.push(element);
      },
      ontext(said) {
        open[open.length - 1].children.push(said);
      },
      onclosetag() {
        open.pop();
      },
    },
    { xmlMode: language !== "html", decodeEntities: true },
  );
  parser.end(text);
  return root;
}

const openElement = (name: string, attributes: Element["attributes"], start: number) => ({
  name,
  attributes,
  children: [] as Node[],
  start,
});

function refuseSize(place: Place): never {
  const hint = "Keep only the part with the matrix, or save the numbers as CSV.";
  return refuseBinary(place, "SYNTAX", `it has more than ${MAX_ELEMENTS} cells, words and marks.`, hint);
}

function refuseDepth(place: Place): never {
  const message = `its elements nest more than ${MAX_DEPTH} deep; no program writes that.`;
  return refuseBinary(place, "SYNTAX", message, "Save the numbers as text.");
}

/** Yields the elements of this name directly in an element, or at any depth. */
export function* elementsIn(element: Element, name: string, anywhere = false): Generator<Element> {
  for (const child of element.children) {
    if (typeof child === "string") continue;
    if (child.name === name) yield child;
    else if (anywhere) yield* elementsIn(child, name, true);
  }
}

/** Returns the first element of this name directly in an element, or at any depth. */
export const firstIn = (element: Element, name: string, anywhere = false): Element | undefined =>
  elementsIn(element, name, anywhere).next().value ?? undefined;

/** Returns all text in an element. */
export const textIn = (node: Node): string =>
  typeof node === "string" ? node : node.children.map(textIn).join("");

/** Whether a property of an office document is present and not switched off. */
export const isOn = (property: Element | undefined): boolean =>
  property !== undefined &&
  !["0", "false", "off", "none"].includes(property.attributes["w:val"] ?? property.attributes.val ?? "1");
