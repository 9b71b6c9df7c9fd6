import type { RunFormat } from "./format.js";

/** A run as one page for a browser, in which every number can be explained. */
export const html: RunFormat = {
  endings: [".html", ".htm"],
  holds: "run",
  isComplete: true,
  async *lower(shown) {
    const { writePage } = await import("../page/page.js");
    yield* writePage(shown);
  },
};
