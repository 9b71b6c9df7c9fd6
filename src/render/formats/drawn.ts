import type { Drawing } from "../drawing/drawing.js";
import type { PictureLook } from "../drawing/svg.js";
import type { Chunk, RunFormat } from "./format.js";

/** The pictures of a run, or one matrix as a heat map, as SVG for slides and papers. */
export const svg: RunFormat = {
  endings: [".svg"],
  ...drawn(async (drawing, look) => (await import("../drawing/svg.js")).writeSvg(drawing, look)),
};

/** The same pictures as PNG. */
export const png: RunFormat = {
  endings: [".png"],
  isBinary: true,
  ...drawn(async (drawing, look) => (await import("../drawing/png.js")).writePng(drawing, look)),
};

/** The drawing code is loaded only when a picture is written. */
function drawn(
  write: (drawing: Drawing, look: PictureLook | undefined) => Promise<Chunk>,
): Omit<RunFormat, "endings"> {
  return {
    holds: "run",
    isDrawn: true,
    async *draw(named, { precision, look }) {
      yield await write((await import("../drawing/pictures.js")).drawMatrix(named, precision), look);
    },
    async *lower({ document, look }) {
      yield await write((await import("../drawing/pictures.js")).drawPictures(document), look);
    },
  };
}
