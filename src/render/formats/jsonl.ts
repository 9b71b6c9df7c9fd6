import { writeJsonStep } from "../json.js";
import type { StepsFormat } from "./format.js";
import { writeJsonLine } from "./json.js";

/** JSON Lines: one step per line, as in the JSON of the run. Never rounded. */
export const jsonl: StepsFormat = {
  endings: [".jsonl", ".ndjson"],
  holds: "steps",
  *write(steps) {
    for (const step of steps) {
      yield* writeJsonStep(step, writeJsonLine);
      yield "\n";
    }
  },
};
