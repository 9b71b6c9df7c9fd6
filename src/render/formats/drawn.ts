import type { Drawing } from "../drawing/drawing.js";
import type { Chunk, RunFormat } from "./format.js";

/** What is drawn of a run, or one matrix as a heat map, as SVG for slides and papers. */
export const svg: RunFormat = {
  endings: [".svg"],
  ...drawn(async (drawing) => (await import("../drawing/svg.js")).writeSvg(drawing)),
};

/** The same pictures as PNG. */
export const png: RunFormat = {
  endings: [".png"],
  isBinary: true,
  ...drawn(async (drawing) => (await import("../drawing/png.js")).writePng(drawing)),
};

/** What draws loads when a picture is written. */
function drawn(write: (drawing: Drawing) => Promise<Chunk>): Omit<RunFormat, "endings"> {
  return {
    holds: "run",
    isDrawn: true,
    async *draw(named, { precision }) {
      yield await write((await import("../drawing/pictures.js")).drawMatrix(named, precision));
    },
    async *lower({ document }) {
      yield await write((await import("../drawing/pictures.js")).drawPictures(document));
    },
  };
}
