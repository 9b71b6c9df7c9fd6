import { cosine as cosineSimilarity } from "../../ops/similarity.js";
import { requireShapes } from "../shapes.js";
import { roleName, type Scoring, scoresStep } from "./scoring.js";

/** q·k / (‖q‖‖k‖), 0 for a zero vector; `--scale` is the β of Neural Turing Machines. */
export const cosine: Scoring = {
  name: "cosine",
  formula: "q·k / (‖q‖‖k‖)",
  source: "Graves et al. 2014, eq. 6",
  defaultScale: "none",
  parameters: {},
  cost: {
    multiplyAdds: [
      ["n", "m", "d_k"],
      ["n", "d_k"],
      ["m", "d_k"],
    ],
    memory: [["n"], ["m"]],
    pathLength: "1",
  },
  record(recorder, inputs) {
    const { query, key } = inputs;
    requireShapes(
      [roleName("query", query), query.output(), "n", "d_k"],
      [roleName("key", key), key.output(), "m", "d_k"],
    );
    return recorder.step(
      cosineSimilarity,
      [query, key],
      undefined,
      scoresStep(inputs, "s = q·k / (‖q‖ ‖k‖)"),
    );
  },
};
