import type { RunFormat } from "./format.js";
import { chooseSpelling, writeGrid } from "./grid.js";

/** JSON has no numbers for these; qkv writes the strings everywhere. */
const WORDS = { nan: "NaN", infinity: "Infinity" };

/** One JSON object for the run (render/json.ts); one matrix alone is a list of rows. Never rounded. */
export const json: RunFormat = {
  endings: [".json"],
  holds: "run",
  write({ matrix }) {
    const spell = chooseSpelling(matrix, "full", WORDS);
    return writeGrid(matrix, (value) => (Number.isFinite(value) ? spell(value) : `"${spell(value)}"`), {
      before: "[\n  ",
      rowStart: () => "[",
      betweenCells: ",",
      rowEnd: "]",
      betweenRows: ",\n  ",
      after: "\n]\n",
    });
  },
};
