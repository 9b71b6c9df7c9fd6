import type { MistakeText } from "../../check/mistakes/mistake.js";

/** Questions that a person can ask about a step, by its id, before they see what is wrong. */
const QUESTIONS: Readonly<Record<string, string>> = {
  q: "Which matrix is each row of X multiplied by, and by its rows or its columns?",
  k: "Which matrix is each row of X multiplied by, and by its rows or its columns?",
  v: "Which matrix is each row of X multiplied by, and by its rows or its columns?",
  scores: "Which row of Q is multiplied by which row of K in this cell, and what is the sum of the products?",
  "scaled-scores": "What is each score divided by?",
  "masked-scores": "Which keys may each query attend to, and what is in the other cells?",
  exponentials: "Which power of each score is computed, and with how many digits?",
  "row-sums": "Which cells does each sum add up?",
  weights: "What is each e^x divided by, and what does each row of weights add up to?",
  output: "Which weights are multiplied by which column of V in this cell?",
  context: "Which weights are multiplied by which column of V in this cell?",
};

/** Returns the question of the mistake, else of the step. For any other step the question contains its formula. */
export const questionOf = (id: string, { question, formula }: Pick<MistakeText, "question" | "formula">) =>
  question ?? QUESTIONS[id] ?? `How is this step computed from the one before it? ${formula}`;
