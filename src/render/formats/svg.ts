import type { RunFormat } from "./format.js";

/** What is drawn of a run, or one matrix as a heat map, as SVG for slides and papers. */
export const svg: RunFormat = {
  endings: [".svg"],
  holds: "run",
  isDrawn: true,
  async *draw(named, { precision }) {
    const { drawMatrix } = await import("../drawing/pictures.js");
    const { writeSvg } = await import("../drawing/svg.js");
    yield writeSvg(drawMatrix(named, precision));
  },
  async *lower({ document }) {
    const { drawPictures } = await import("../drawing/pictures.js");
    const { writeSvg } = await import("../drawing/svg.js");
    yield writeSvg(drawPictures(document));
  },
};
