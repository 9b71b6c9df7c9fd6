export const SCORING_NAMES = [
  "scaled-dot",
  "dot",
  "general",
  "additive",
  "concat",
  "cosine",
  "location",
  "linear",
] as const;
export type ScoringName = (typeof SCORING_NAMES)[number];
