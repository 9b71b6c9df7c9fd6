import { sumOver } from "../../../math/lists.js";
import { createMatrix, type Matrix, mapCells } from "../../../math/matrix.js";
import { once, remember } from "../../../math/remember.js";
import type { Trace } from "../../../trace/trace.js";
import { isShort, type RoundingModel } from "../expected-error.js";
import type { BackPart, BackwardHead } from "./backward-heads.js";
import { type CacheBudget, cachingRows } from "./cached-rows.js";
import { countDistinct } from "./collinearity.js";
import { type ErrorTerms, errorTermsOf } from "./error-terms.js";
import { type AroundHead, basisOf, factsOf, type HeadFacts } from "./head-facts.js";
import { type HeadGradients, type HeadVariance, headVariance } from "./head-variance.js";
import { type PairPart, pairVariance } from "./pair-variance.js";
import type { DistinctRows, Propagated } from "./propagated.js";

// Estimates the variance of each gradient of one head, as stored. The sums before storing come from `head-variance.ts`
// (dQ, dK, dV) and `pair-variance.ts` (dP, δ, dS, dZ). This file adds the accumulator's u_a² n_j/9 and the υ_o of
// storing (docs/precision.md, "Gradients").

/** The estimated errors of the backward steps of one head. */
export interface HeadErrors {
  readonly head: BackwardHead;
  propagated(key: string): Propagated | undefined;
  /** Estimates the errors of dQ, dK and dV before they are stored. */
  core(rounding: RoundingModel): HeadVariance;
  facts(rounding: RoundingModel): HeadFacts;
}

/** Estimates the errors of a head on demand, once for each way of rounding. */
export function headErrorsOf(
  trace: Trace,
  head: BackwardHead,
  around: (rounding: RoundingModel) => AroundHead,
  budget: CacheBudget,
): HeadErrors {
  const rows = cachingRows(head, budget);
  const basis = once(() => basisOf(head));
  const known = new Map<string, HeadFacts>();
  const cores = new Map<string, HeadVariance>();
  const nameOf = (rounding: RoundingModel) => Object.values(rounding).join();
  const facts = (rounding: RoundingModel) =>
    remember(known, nameOf(rounding), () => factsOf(basis(), errorTermsOf(rounding), around(rounding)));
  const core = (rounding: RoundingModel) =>
    remember(cores, nameOf(rounding), () =>
      headVariance(facts(rounding), exactOf(head), rows(hasLevelTwo(rounding))),
    );
  const propagated = (stepKey: string): Propagated | undefined => {
    const found = head.parts.get(stepKey);
    const step = found && trace.steps.find((one) => one.key === stepKey);
    if (!found || !step) return undefined;
    const want = step.output();
    const { part, factor } = found;
    const { copies, queriesOfKey } = basis();
    const [queries, keys] = [countDistinct(copies.queries), countDistinct(copies.keys)];
    return {
      want,
      wide: new Set<string>(),
      distinctRows: differentOf(part, queries, keys),
      ...((part === "key" || part === "value") && { terms: queriesOfKey }),
      ...(part === "key" && { shift: (rounding: RoundingModel) => core(rounding).shift }),
      variance: (rounding) => ofPart(part, factor, want, { rounding, facts, core, queriesOfKey }),
    };
  };
  return { head, propagated, core, facts };
}

/** Whether this is level 1 of a short type. If level 1 does not hold, level 2 needs the same rows. */
const hasLevelTwo = ({ compute, roundsScores }: RoundingModel) =>
  isShort(compute) && compute !== "tf32" && !roundsScores;

/** Returns dQ, dK and dV of one head. Gradients that are not recorded are zeros, because nobody reads their errors. */
export function exactOf({ steps, task }: BackwardHead): HeadGradients {
  const { query, key, value } = task;
  const blank = ({ rows, cols }: Matrix) => createMatrix(rows, cols);
  return {
    query: steps.query?.output() ?? blank(query),
    key: steps.key?.output() ?? blank(key),
    value: steps.value?.output() ?? blank(value),
  };
}

function differentOf(part: BackPart, queries: number, keys: number): DistinctRows {
  if (part === "query") return { part: "query", queries, keys };
  return { part: part === "key" || part === "value" ? "pair" : "bias", queries, keys };
}

interface Asked {
  readonly queriesOfKey: Float64Array;
  readonly rounding: RoundingModel;
  facts(rounding: RoundingModel): HeadFacts;
  core(rounding: RoundingModel): HeadVariance;
}

function ofPart(
  part: BackPart,
  factor: number,
  want: Matrix,
  { rounding, facts, core, queriesOfKey }: Asked,
): Float64Array {
  const errorTerms = errorTermsOf(rounding);
  if (part === "query") return store(core(rounding).query, want, errorTerms);
  if (part === "key" || part === "value") {
    const variance = core(rounding)[part];
    return store(addSums(variance, want, queriesOfKey, errorTerms), want, errorTerms);
  }
  return store(pairVariance(facts(rounding), part as PairPart, factor), want, errorTerms);
}

/** Adds the error of storing a gradient. */
export function store(
  variance: Float64Array,
  { data }: Matrix,
  { stored, storedFloor }: ErrorTerms,
): Float64Array {
  return variance.map((own, at) => own + stored * data[at] ** 2 + storedFloor);
}

/** Adds u_a² n_j/9 · x²: what the accumulator loses in sums of `terms` terms. */
export function addSums(
  variance: Float64Array,
  { data, cols }: Matrix,
  terms: Float64Array,
  { sums }: ErrorTerms,
): Float64Array {
  return variance.map((own, at) => own + ((sums ** 2 * terms[Math.floor(at / cols)]) / 9) * data[at] ** 2);
}

/** Adds the gradients of the query heads up, which gives that of their kv head. */
export const sumOf = (parts: readonly Matrix[]): Matrix =>
  mapCells(parts[0], (_, row, col) => sumOver(parts, ({ cols, data }) => data[row * cols + col]));
