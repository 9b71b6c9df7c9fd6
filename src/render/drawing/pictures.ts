import { refuse, setting } from "../../errors.js";
import type { Block, Document } from "../document.js";
import type { NamedMatrix } from "../formats/format.js";
import type { Precision } from "../number.js";
import { drawBars } from "./bars.js";
import { drawCurves } from "./curves.js";
import { type Drawing, framed, inRows, stacked } from "./drawing.js";
import { drawHands } from "./hands.js";
import { drawHeatMap } from "./heatmap.js";

const MARGIN = 16;
const GAP = 28;
const BESIDE = 4;

/** Draws the pictures of a run below each other, each under its heading. Throws USAGE if there is none. */
export function drawPictures(blocks: Document): Drawing {
  const drawings: Drawing[] = [];
  let [scope, title] = ["", ""];
  for (const block of blocks) {
    if (block.kind === "heading") {
      if (block.level === 1) scope = block.title;
      else title = [scope, block.title].filter((part) => part !== "").join(": ");
      continue;
    }
    const drawing = drawPicture(block, title);
    if (drawing) drawings.push(framed(drawing, MARGIN));
  }
  if (drawings.length > 0) {
    return stacked(drawings, 0, drawings.map((drawing) => drawing.title).join("; "));
  }
  refuse(
    "The shown part of this run has nothing to draw.",
    `Draw one of its matrices: ${setting("only")} weights.`,
  );
}

/** Draws one matrix of a run as a heat map. */
export function drawMatrix({ key, matrix, axes, blocked }: NamedMatrix, precision: Precision) {
  const view = { precision, full: true };
  return framed(drawHeatMap({ kind: "heatmap", matrix, axes, view, blocked }, key), MARGIN);
}

/** Draws a block that is a picture. Returns undefined for any other block. */
export function drawPicture(block: Block, title: string): Drawing | undefined {
  switch (block.kind) {
    case "heatmap":
      return drawHeatMap(block, title);
    case "bars":
      return drawBars(block, title);
    case "curves":
      return drawCurves(block, title);
    case "hands":
      return drawHands(block, title);
    case "gallery": {
      const maps = block.pictures.flatMap(({ title: name, block: one }) =>
        one.kind === "heatmap" ? [framed(drawHeatMap(one, name, true), 0)] : [],
      );
      return maps.length > 0 ? inRows(maps, BESIDE, GAP, title) : undefined;
    }
    default:
      return undefined;
  }
}
