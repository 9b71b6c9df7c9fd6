import { drawGradients, drawLayer, drawTable } from "./student/more-work.js";
import {
  attentionSteps,
  drawMultihead,
  drawRows,
  each,
  type Get,
  oneOf,
  type Random,
  type Work,
  wholeIn,
} from "./student/work.js";

// The kinds of work on drawn sheets, in the plain arithmetic of student/work.ts.

/** Work on a sheet. */
export interface Plan {
  readonly work: Work;
  /** What stands above the problem: words of the language, or text. */
  readonly statement?: readonly string[];
  /** The ids of inputs and steps that are computed, but not written down. */
  readonly hidden?: readonly string[];
  /** Whether the rows are three tokens of a text, with or without padding. */
  readonly hasTokens?: boolean;
}

const given = (name: string) => (get: Get) => get(name);
const SAME = { q: given("x"), k: given("x"), v: given("x") };

function attend(matrices: Work["matrices"], dK: number, vectors: typeof SAME, causal: boolean): Work {
  const steps = attentionSteps("", vectors, { dK, causal, end: "output" });
  return { command: "attend", matrices, settings: {}, steps, dK, causal };
}

function drawVectors(random: Random): Work {
  const [n, m, dK] = [wholeIn(random, 1, 3), wholeIn(random, 2, 4), wholeIn(random, 2, 4)];
  const [query, key] = [n, m].map((count) => drawRows(random, count, dK, -1, 3));
  const value = drawRows(random, m, wholeIn(random, 2, 3), 0, 5);
  return attend({ query, key, value }, dK, { q: given("query"), k: given("key"), v: given("value") }, false);
}

/** Scores that are given, their softmax and its product with the values. */
function drawScores(random: Random): Plan {
  const work = drawVectors(random);
  const { query, value } = work.matrices;
  const matrices = { "scaled-scores": drawRows(random, query.length, value.length, -1, 3), value };
  return { work: { ...work, matrices, steps: work.steps.filter(({ id }) => !id.endsWith("scores")) } };
}

/** Tokens that attend to each other: to all, to none that is later, or to none that is padding. */
function drawTokens(random: Random): Plan {
  const [mask, dK] = [oneOf(random, ["none", "causal", "padding"]), wholeIn(random, 2, 4)];
  const x = drawRows(random, mask === "padding" ? 4 : 3, dK, 0, 3);
  const work = attend({ x }, dK, SAME, mask !== "none");
  const padded = (get: Get) =>
    each(get("scaled-scores"), (score, _, col) => (col < 3 ? score : Number.NEGATIVE_INFINITY));
  const steps = work.steps.map((step) =>
    mask === "padding" && step.id === "masked-scores" ? { ...step, make: padded } : step,
  );
  return {
    work: { ...work, steps },
    statement: mask === "none" ? ["same"] : [mask, "same"],
    hasTokens: true,
  };
}

function drawProjections(random: Random): Plan {
  const { matrices, steps, ...work } = drawLayer(random);
  const { x, wq, wk, wv } = matrices;
  const isAttention = ({ id, head }: Work["steps"][number]) => head === 0 || "qkv".includes(id);
  return {
    work: { ...work, matrices: { x, wq, wk, wv }, steps: steps.filter(isAttention) },
    hasTokens: true,
  };
}

/** Two heads with projections, or of the columns of x. */
function drawHeads(random: Random): Plan {
  const work = drawMultihead(random);
  const statement = ["heads", ...(work.causal ? ["causal"] : [])];
  if (random() < 0.5) return { work, statement };
  const hidden = ["q", "k", "v"];
  const steps = work.steps.map((step) => (hidden.includes(step.id) ? { ...step, make: given("x") } : step));
  const matrices = { x: drawRows(random, 3, 2 * work.dK, -1, 2), wo: work.matrices.wo };
  return { work: { ...work, matrices, steps }, statement: [...statement, "same"], hidden };
}

export const KINDS: Readonly<Record<string, (random: Random) => Plan>> = {
  vectors: (random) => ({ work: drawVectors(random) }),
  "vectors without values": (random) => ({ work: drawVectors(random), hidden: ["value", "output"] }),
  sentences: (random) => ({ work: drawVectors(random), hidden: ["exponentials", "row-sums"] }),
  "a table a query": (random) => ({ work: drawVectors(random), hidden: ["row-sums"] }),
  "given scores": drawScores,
  tokens: drawTokens,
  projections: drawProjections,
  heads: drawHeads,
  layer: (random) => ({ work: drawLayer(random), statement: ["layer"], hidden: ["context", "concat"] }),
  gradients: (random) => ({ work: drawGradients(random) }),
  positions(random) {
    // A base other than that of the paper is rare, and said.
    const tables = [drawTable(random), drawTable(random)];
    const work = tables.find(({ settings }) => settings.base === 10_000) ?? tables[0];
    const { dModel, base } = work.settings;
    return { work, statement: ["encoding", `d_model = ${dModel}${base === 100 ? ", base = 100" : ""}`] };
  },
};
