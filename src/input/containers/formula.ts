import { byWord } from "../words.js";
import { inOneLine } from "./lines.js";
import { type Element, firstIn, type Node, textIn } from "./markup.js";

// MathML, and Word's OMML, which has the same structure under other names.

/** The kinds of elements in a formula, and their names in MathML and OMML. */
const NAMES = {
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
};

type Kind = keyof typeof NAMES;
const KINDS = byWord<Kind>(NAMES);

/** Whether an element of OMML has properties, which only describe the appearance. */
const isOfProperties = ({ name }: Element) => name.endsWith("Pr");

/** Returns a formula as one line of text: `S = [[1, 0], [2/3, √2]]`. */
export function formulaText(formula: Element): string {
  return inOneLine(inside(formula)).replace(FRAMED, "$1").trim();
}

/** A matrix inside separate bracket characters. These are removed, because the matrix is written with its own. */
const FRAMED = /[[(|]\s*(\[\[[^[\]]*(?:\], \[[^[\]]*)*\]\])\s*[\])|]/g;

const localName = (name: string) => name.slice(name.indexOf(":") + 1);

function written(node: Node): string {
  // White space between elements has no meaning; intended spaces are no-break spaces.
  if (typeof node === "string") return node.trim() === "" ? "" : node;
  const name = localName(node.name);
  if (isOfProperties(node)) return "";
  const writer = WRITERS[KINDS.get(name) ?? "row"];
  if (typeof writer !== "string") return writer(node);
  const parts = texts(node);
  return writer.replace(/\^(\d)|\{(\d)\}|<(\d)>/g, (_, above, inner, plain) => {
    const part = parts[above ?? inner ?? plain] ?? "";
    return above ? raised(part) : inner ? grouped(part) : part;
  });
}

const inside = (element: Element) => partsOf(element).map(written).join("");

const partsOf = ({ children }: Element) =>
  children.filter((child) => (typeof child === "string" ? child.trim() !== "" : !isOfProperties(child)));

/** Returns the parts of an element as text. */
const texts = (element: Element): readonly string[] => partsOf(element).map((part) => written(part).trim());

/** Puts text in parentheses, unless it is a number, a name or in parentheses already. */
const grouped = (text: string) => (/^(?:[\p{L}\d.,′]+|\([^()]*\))$/u.test(text) ? text : `(${text})`);

const raised = (text: string) => (text === "⊤" || text === "⟙" ? "^T" : `^${grouped(text)}`);

/**
 * How each kind of element is written. `{0}` is part 0, in parentheses if needed; `^1` is part 1 as a power; `<0>` is
 * part 0 as it is.
 */
const WRITERS: Readonly<Record<Kind | "row", string | ((element: Element) => string)>> = {
  row: inside,
  nothing: "",
  fraction: "{0}/{1}",
  rootOf: "{0}^(1/<1>)",
  power: "<0>^1",
  index: "<0>_{1}",
  both: "<0>_{1}^2",
  first: "<0>",
  sum: "Σ <2>",
  operator(element) {
    const sign = textIn(element).trim();
    return /^[=≈≅→⇒+−×·∙⋅*/-]$/.test(sign) ? ` ${sign} ` : sign === "," || sign === ";" ? `${sign} ` : sign;
  },
  root: (element) => `√${grouped(inside(element).trim())}`,
  /** OMML has the degree before the radicand. */
  radical(element) {
    const [degree = "", under] = texts(element);
    return degree === "" || under === undefined
      ? `√${grouped(under || degree)}`
      : `${grouped(under)}^(1/${degree})`;
  },
  matrix(element) {
    const rows = partsOf(element).flatMap((row) =>
      typeof row !== "string" && /^ml?a?b?e?l?e?d?tr$|^mr$/.test(localName(row.name))
        ? [`[${texts(row).join(", ")}]`]
        : [],
    );
    return `[${rows.join(", ")}]`;
  },
  fence(element) {
    const said = texts(element);
    const text = said.join(", ");
    // A matrix has its own brackets.
    if (said.length === 1 && text.startsWith("[[") && text.endsWith("]]")) return text;
    return `${bracketOf(element, "open") ?? "("}${text}${bracketOf(element, "close") ?? ")"}`;
  },
};

const IN_OMML = { open: "m:begChr", close: "m:endChr" } as const;

/** Returns a bracket of a fence: an attribute in MathML, the value of an element in `m:dPr` in OMML. */
function bracketOf(element: Element, side: keyof typeof IN_OMML): string | undefined {
  const stated = firstIn(firstIn(element, "m:dPr") ?? element, IN_OMML[side]);
  return stated ? (stated.attributes["m:val"] ?? "") : element.attributes[side];
}
