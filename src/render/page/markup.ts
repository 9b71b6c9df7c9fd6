import { escapeMarkup } from "../drawing/svg.js";

/** A piece of a page before it is written: text, or an element with its attributes and contents. */
export type Markup = string | readonly [tag: string, attributes: Attributes, ...kids: Markup[]];

type Attributes = Readonly<Record<string, string | undefined>> | undefined;

/** Writes markup as HTML. Texts and attribute values are escaped. */
function writeMarkup(markup: Markup): string {
  if (typeof markup === "string") return escapeMarkup(markup);
  const [tag, attributes = {}, ...kids] = markup;
  const written = Object.entries(attributes).map(([name, value]) =>
    value === undefined ? "" : ` ${name}="${escapeMarkup(value)}"`,
  );
  return `<${tag}${written.join("")}>${kids.map(writeMarkup).join("")}</${tag}>`;
}

/** Writes MathML in a line, with fractions as high as in a separate formula. */
export const writeMath = (markup: Markup): string => writeMarkup(["math", { displaystyle: "true" }, markup]);

/** Writes MathML of the height of the text around it. */
export const writeSmallMath = (markup: Markup): string => writeMarkup(["math", undefined, markup]);
