import { coloursOf, type Tone } from "./colours.js";
import { type Drawing, LETTER, type Shape } from "./drawing.js";
import type { Theme } from "./theme-names.js";

/** The look of a picture: its colours, and its width in pixels. */
export interface PictureLook {
  readonly theme?: Theme | undefined;
  readonly width?: number | undefined;
}

/** Writes a drawing as SVG. Labels are text, never markup. */
export function writeSvg(
  { title, width, height, shapes }: Drawing,
  { theme = "light", width: wanted = width }: PictureLook = {},
) {
  const colour = coloursOf(theme);
  const size = `${round(width)} ${round(height)}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size}" width="${round(wanted)}" height="${round((height * wanted) / width)}" role="img" aria-label="${escapeMarkup(title)}" font-family="ui-monospace,Menlo,Consolas,monospace" font-size="${LETTER.height}">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="100%" height="100%" fill="${colour("paper")}"/>`,
    ...shapes.map((shape) => writeShape(shape, colour)),
    "</svg>\n",
  ].join("\n");
}

function writeShape(shape: Shape, colour: (tone: Tone) => string) {
  switch (shape.kind) {
    case "rect":
      return `<rect x="${round(shape.x)}" y="${round(shape.y)}" width="${round(shape.width)}" height="${round(shape.height)}" fill="${colour(shape.fill)}"/>`;
    case "line": {
      const points = shape.points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
      const dash = shape.dash ? ` stroke-dasharray="${shape.dash.join(" ")}"` : "";
      return `<polyline points="${points}" fill="none" stroke="${colour(shape.stroke)}" stroke-width="${shape.thickness}"${dash}/>`;
    }
    case "text": {
      const weight = shape.isStrong ? ' font-weight="bold"' : "";
      const turn = shape.isTurned ? ` transform="rotate(-90 ${round(shape.x)} ${round(shape.y)})"` : "";
      return `<text x="${round(shape.x)}" y="${round(shape.y)}" dy=".35em" text-anchor="${shape.anchor}" fill="${colour(shape.fill)}"${weight}${turn}>${escapeMarkup(shape.text)}</text>`;
    }
  }
}

/** Rounds to hundredths of a pixel, which is enough and the same on every machine. */
export const round = (value: number) => String(Math.round(value * 100) / 100);

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes a text, so that nothing in it is markup and nothing is left that XML forbids. */
export function escapeMarkup(text: string) {
  return text.replace(/[&<>"']/g, (sign) => ESCAPES[sign]).replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, "\ufffd");
}
