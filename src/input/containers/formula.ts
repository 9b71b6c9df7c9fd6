import { byWord } from "../words.js";
import { type Element, type Node, textIn } from "./markup.js";

// MathML, and the OMML of Word: the same trees by other names.

/** What an element of a formula is, by its name in MathML or OMML. */
const KINDS = byWord({
  fraction: "mfrac f",
  root: "msqrt",
  rootOf: "mroot",
  radical: "rad",
  power: "msup sSup",
  index: "msub sSub munder",
  both: "msubsup sSubSup munderover",
  first: "mover acc groupChr bar",
  matrix: "mtable m",
  fence: "mfenced d",
  sum: "nary",
  operator: "mo",
  nothing: "annotation annotation-xml mphantom",
});

/** What OMML calls the properties of an element: they say how it looks. */
const PROPERTIES = /Pr$/;

/** A formula as a line of text: `S = [[1, 0], [2/3, √2]]`. */
export function formulaText(formula: Element): string {
  return inside(formula).replace(/\s+/g, " ").replace(FRAMED, "$1").trim();
}

/** A matrix in brackets that are signs of their own: it has its brackets. */
const FRAMED = /[[(|]\s*(\[\[[^[\]]*(?:\], \[[^[\]]*)*\]\])\s*[\])|]/g;

const localName = (name: string) => name.slice(name.indexOf(":") + 1);

function written(node: Node): string {
  // Blanks between elements mean nothing, and those that are meant are no-break ones.
  if (typeof node === "string") return node.trim() === "" ? "" : node;
  const name = localName(node.name);
  if (PROPERTIES.test(name)) return "";
  return WRITERS[KINDS.get(name) ?? "row"](node);
}

const inside = (element: Element) => partsOf(element).map(written).join("");

const partsOf = ({ children }: Element) =>
  children.filter((child) =>
    typeof child === "string" ? child.trim() !== "" : !PROPERTIES.test(localName(child.name)),
  );

/** The parts of an element as text, as many as are asked for. */
const texts = (element: Element) => {
  const parts = partsOf(element).map((part) => written(part).trim());
  return (at: number) => parts[at] ?? "";
};

/** In brackets, unless it is a number, a name or in brackets already. */
const grouped = (text: string) => (/^(?:[\p{L}\d.,′]+|\([^()]*\))$/u.test(text) ? text : `(${text})`);

const raised = (text: string) => (text === "⊤" || text === "⟙" ? "^T" : `^${grouped(text)}`);

const WRITERS = {
  row: inside,
  nothing: () => "",
  operator: (element: Element) => {
    const sign = textIn(element).trim();
    return /^[=≈≅→⇒+−×·∙⋅*/-]$/.test(sign) ? ` ${sign} ` : sign === "," || sign === ";" ? `${sign} ` : sign;
  },
  fraction(element: Element) {
    const part = texts(element);
    return `${grouped(part(0))}/${grouped(part(1))}`;
  },
  root: (element: Element) => `√${grouped(inside(element).trim())}`,
  rootOf(element: Element) {
    const part = texts(element);
    return `${grouped(part(0))}^(1/${part(1)})`;
  },
  /** OMML has the degree before what stands under the root. */
  radical(element: Element) {
    const part = texts(element);
    return part(0) === "" || partsOf(element).length === 1
      ? `√${grouped(part(1) || part(0))}`
      : `${grouped(part(1))}^(1/${part(0)})`;
  },
  power(element: Element) {
    const part = texts(element);
    return `${part(0)}${raised(part(1))}`;
  },
  index(element: Element) {
    const part = texts(element);
    return `${part(0)}_${grouped(part(1))}`;
  },
  both(element: Element) {
    const part = texts(element);
    return `${part(0)}_${grouped(part(1))}${raised(part(2))}`;
  },
  first: (element: Element) => texts(element)(0),
  sum: (element: Element) => `Σ ${texts(element)(2)}`,
  matrix(element: Element) {
    const rows = partsOf(element).flatMap((row) => {
      if (typeof row === "string" || !/^ml?a?b?e?l?e?d?tr$|^mr$/.test(localName(row.name))) return [];
      return [
        `[${partsOf(row)
          .map((cell) => written(cell).trim())
          .join(", ")}]`,
      ];
    });
    return `[${rows.join(", ")}]`;
  },
  fence(element: Element) {
    const said = partsOf(element).map((part) => written(part).trim());
    const text = said.join(", ");
    // A matrix has its brackets.
    if (said.length === 1 && /^\[\[.*\]\]$/.test(text)) return text;
    const { open = "(", close = ")" } = { ...element.attributes, ...bracketsOf(element) };
    return `${open}${text}${close}`;
  },
};

/** The brackets of OMML: of `m:dPr` the values of `m:begChr` and `m:endChr`. */
function bracketsOf(element: Element): { open?: string; close?: string } {
  const found: { open?: string; close?: string } = {};
  const properties = element.children.find((child) => typeof child !== "string" && child.name === "m:dPr");
  if (properties === undefined || typeof properties === "string") return found;
  for (const child of properties.children) {
    if (typeof child === "string") continue;
    const value = child.attributes["m:val"] ?? "";
    if (child.name === "m:begChr") found.open = value;
    if (child.name === "m:endChr") found.close = value;
  }
  return found;
}
