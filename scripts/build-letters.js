// Takes the outlines of letters for pictures from DejaVu Sans Mono, a free font. Writes them as SVG path data to
// src/render/drawing/outlines.ts.
import { readFileSync, writeFileSync } from "node:fs";
import opentype from "opentype.js";

const FONT = "node_modules/@fontsource/dejavu-mono/files/dejavu-mono-latin-400-normal.woff";
const TARGET = "src/render/drawing/outlines.ts";

/** Units of an outline per letter height. Coordinates are whole numbers, so they are exact to 1/256 of the height. */
const EM = 256;

/** The ranges of signs that tokens and formulas use: Latin, Greek, Cyrillic, marks, indices, arrows, operators. */
const RANGES = [
  ["!", "~"],
  ["¡", "ſ"],
  ["Ͱ", "Ͽ"],
  ["Ѐ", "џ"],
  ["ᴬ", "ᵪ"],
  ["‐", "‧"],
  ["‰", "›"],
  ["⁰", "ₜ"],
  ["←", "↔"],
  ["∀", "⋿"],
  ["⌈", "⌋"],
  ["─", "■"],
  ["✓", "✘"],
  ["⟨", "⟩"],
];

/** An empty frame for a sign without an outline. */
const FRAME = "□";

const { buffer, byteOffset, byteLength } = readFileSync(FONT);
const font = opentype.parse(buffer.slice(byteOffset, byteOffset + byteLength));
const signs = RANGES.flatMap(([first, last]) => {
  const [from, to] = [first.codePointAt(0), last.codePointAt(0)];
  return Array.from({ length: to - from + 1 }, (_, step) => String.fromCodePoint(from + step));
});
const outlines = Object.fromEntries(
  [...signs, FRAME].flatMap((sign) => {
    const path = font.hasChar(sign) ? pathDataOf(font.charToGlyph(sign)) : "";
    return path === "" ? [] : [[sign, path]];
  }),
);
/** Writes whole numbers with blanks between them. toPathData of opentype.js writes "28 0" as "280". */
function pathDataOf(glyph) {
  const { commands } = glyph.getPath(0, 0, EM);
  return commands
    .filter(({ type }) => type !== "Z")
    .map(({ type, x1, y1, x, y }) => {
      const places = type === "Q" ? [x1, y1, x, y] : [x, y];
      return `${type}${places.map(Math.round).join(" ")}`;
    })
    .join("");
}

const advance = (EM * font.charToGlyph("0").advanceWidth) / font.unitsPerEm;
writeFileSync(
  TARGET,
  `// Written by scripts/build-letters.js from DejaVu Sans Mono, whose licence is with those of the packages.
/** How far one letter is from the next, in the units of the outlines. */
export const ADVANCE = ${advance};
/** For a sign without an outline. */
export const FRAME = ${JSON.stringify(FRAME)};
/** The outline of each sign, from the left end of its base line, y downwards. */
export const OUTLINES: Readonly<Record<string, string>> = JSON.parse(
  ${JSON.stringify(JSON.stringify(outlines))},
);
`,
);
