import { normal } from "../drawn/distributions.js";
import type { System } from "../system.js";
import { BERT_MODEL, bert } from "./bert.js";
import { headSettings, NORMAL_DISTRIBUTIONS, transformerSizesWith } from "./shared.js";

/** Positions count from padding_idx + 1, so rows 0 and 1 of the position table are not used by tokens. */
const FIRST_POSITION = 2;

const size = transformerSizesWith({ context: 512, positions: 514, vocabulary: 50_265 });

export const roberta: System = {
  ...bert,
  name: "roberta",
  title: "RoBERTa",
  summary: "BERT without segments, positions from 2",
  source: "Liu et al. 2019, section 2",
  formulas: ["E = token + position, position = 2, 3, 4, …", "head = softmax(Q Kᵀ / √d_k + mask) V"],
  conventions: [
    "Positions are padding_idx + the running number of a real token: the first is 2, and the table has 514 rows for 512 tokens.",
    "One segment only. A layer norm follows: drawn embeddings are divided by 0.02·√2 in its place.",
  ],
  releasedCode: [
    "fairseq hides padding with −∞.",
    "A padded token takes position 1, whatever its place (transformers issues 1363, 10736).",
  ],
  sizes: [size("base", 12, 768, 12), size("large", 24, 1024, 16)],
  settings: headSettings(
    {},
    {
      posenc: { kind: "learned", offset: FIRST_POSITION },
      layer: { norm: "post", eps: 1e-5, activation: "gelu" },
    },
  ),
  initial: {
    ...NORMAL_DISTRIBUTIONS,
    vectors: normal(Math.SQRT1_2),
    positions: normal(Math.SQRT1_2),
    embedding: { offset: FIRST_POSITION },
  },
  model: {
    ...BERT_MODEL,
    tensorsOf: "roberta",
    segments: 1,
    embedding: {
      ...BERT_MODEL.embedding,
      firstPosition: FIRST_POSITION,
      padding: { id: FIRST_POSITION - 1, isCounted: false },
    },
  },
};
