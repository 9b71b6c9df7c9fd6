import { toAscii } from "../ascii.js";
import { writeBars } from "./bars.js";
import { writeHands } from "./clock-hands.js";
import { type ColorLevel, createPainter } from "./color.js";
import type { Block, Document, Heading, Outline, Pairs, Span } from "./document.js";
import { writeGallery } from "./gallery.js";
import { writeHeatMap } from "./heatmap.js";
import { widest, widthOf } from "./label.js";
import { ASCII_GLYPHS, type Pen, UNICODE_GLYPHS } from "./pen.js";
import { writeCurves } from "./plot.js";
import { writeTable } from "./table-sheets.js";
import { wrapSpans } from "./wrap.js";

export interface TextOptions {
  /** The width of a line in columns, at least 20. Only a code line, or a single longer number, exceeds it. */
  readonly width: number;
  readonly colorLevel: ColorLevel;
  /** Whether qkv's own text is only ASCII: `sqrt` for √, `inf` for ∞. */
  readonly ascii: boolean;
}

/** Lowers a Document to text for a terminal, in chunks of whole lines. */
export async function* lowerToText(document: Document, options: TextOptions): AsyncGenerator<string> {
  const pen: Pen = {
    width: options.width,
    glyphs: options.ascii ? ASCII_GLYPHS : UNICODE_GLYPHS,
    painter: await createPainter(options.colorLevel),
    spell: options.ascii ? toAscii : (text) => text,
  };
  for (const [index, block] of document.entries()) {
    if (index > 0 && opensPart(block)) yield "\n";
    yield* writeBlock(block, pen);
  }
}

/** The kinds of blocks that have a blank line before them. */
const OPENING = ["heading", "outline", "heatmap", "gallery", "bars", "curves", "hands"];

const opensPart = (block: Block) =>
  block.kind === "paragraph" ? block.opensPart === true : OPENING.includes(block.kind);

function writeBlock(block: Block, pen: Pen) {
  switch (block.kind) {
    case "heading":
      return [joined(writeHeading(block, pen))];
    case "paragraph":
      return [joined(wrapSpans(pen, block.spans))];
    case "outline":
      return [joined(writeOutline(block, pen))];
    case "pairs":
      return [joined(writePairs(block, pen))];
    case "code":
      return [`${pen.painter.paint("strong", block.text)}\n`];
    case "matrix":
    case "measures":
    case "marked":
      return writeTable(block, pen);
    case "heatmap":
      return writeHeatMap(block, pen);
    case "gallery":
      return writeGallery(block, pen);
    case "bars":
      return writeBars(block, pen);
    case "curves":
      return linesLater(writeCurves(block, pen));
    case "hands":
      return [joined(writeHands(block, pen))];
  }
}

function writeHeading({ level, title, formula, shape }: Heading, pen: Pen) {
  if (level === 1) {
    const rule = pen.glyphs.rule.repeat(2);
    return wrapSpans(pen, [{ text: `${rule} ${title} ${rule}`, tone: "strong" }]);
  }
  const spans: Span[] = [{ text: title, tone: "strong" }];
  if (formula) spans.push({ text: `  ${formula}`, tone: "formula" });
  if (shape) spans.push({ text: `  (${shape})`, tone: "dim" });
  return wrapSpans(pen, spans, 2);
}

/** Deep levels are indented by at most half the width. */
function writeOutline({ lines }: Outline, pen: Pen) {
  return lines.flatMap(({ level, hang = 4, spans }) => {
    const indent = Math.min(2 * level, Math.floor(pen.width / 2));
    return wrapSpans({ ...pen, width: pen.width - indent }, spans, hang).map(
      (line) => " ".repeat(indent) + line,
    );
  });
}

function writePairs({ pairs }: Pairs, pen: Pen) {
  const nameWidth = Math.min(widest(pairs.map(({ name }) => pen.spell(name))), Math.floor(pen.width / 3));
  return pairs.flatMap(({ name, value }) => {
    const blanks = " ".repeat(Math.max(0, nameWidth - widthOf(pen.spell(name))));
    const spans: Span[] = [
      { text: name, tone: "label" },
      { text: `${blanks}  ${value}`, tone: "plain" },
    ];
    return wrapSpans(pen, spans, nameWidth + 2);
  });
}

const joined = (lines: readonly string[]) => `${lines.join("\n")}\n`;

async function* linesLater(lines: Promise<readonly string[]>) {
  yield joined(await lines);
}
