import { cosine as cosineSimilarity } from "../../ops/similarity.js";
import { record } from "../recorder.js";
import type { Scoring } from "./scoring.js";

/** q·k / (‖q‖‖k‖), 0 for a zero vector. `--scale` is the β of Neural Turing Machines. */
export const cosine: Scoring = {
  name: "cosine",
  formula: "q·k / (‖q‖‖k‖)",
  source: "Graves et al. 2014, eq. 6",
  parameters: {},
  widths: ["d_k", "d_k"],
  cost: { multiplyAdds: "n·m·d_k + n·d_k + m·d_k", memory: "n + m" },
  record({ query, key }) {
    return record("scores", cosineSimilarity, [query, key], undefined, "s = q·k / (‖q‖ ‖k‖)");
  },
};
