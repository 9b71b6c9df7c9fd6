import type { RunFormat } from "./format.js";

/** The same pictures as SVG has, as PNG. */
export const png: RunFormat = {
  endings: [".png"],
  holds: "run",
  isDrawn: true,
  isBinary: true,
  async *draw(named, { precision }) {
    const { drawMatrix } = await import("../drawing/pictures.js");
    const { writePng } = await import("../drawing/png.js");
    yield await writePng(drawMatrix(named, precision));
  },
  async *lower({ document }) {
    const { drawPictures } = await import("../drawing/pictures.js");
    const { writePng } = await import("../drawing/png.js");
    yield await writePng(drawPictures(document));
  },
};
