import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { once, remember } from "../../../math/remember.js";
import { findStep, type Trace } from "../../../trace/trace.js";
import type { RoundingModel } from "../expected-error.js";
import type { BackPart, BackwardHead } from "./backward-heads.js";
import { type PerPart, perPart } from "./backward-rows.js";
import { type CacheBudget, cachingRows } from "./cached-rows.js";
import { countDistinct } from "./collinearity.js";
import { errorTermsOf, hasLevelTwo } from "./error-terms.js";
import { type AroundHead, basisOf, factsOf, type HeadFacts } from "./head-facts.js";
import { type HeadVariance, headVariance } from "./head-variance.js";
import { pairVariance } from "./pair-variance.js";
import { addSums, type DistinctRows, type Propagated, stored } from "./propagated.js";

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
  // If level 1 of a short type does not hold, level 2 needs the same rows.
  const core = (rounding: RoundingModel) =>
    remember(cores, nameOf(rounding), () =>
      headVariance(
        facts(rounding),
        exactOf(head),
        rows(!rounding.roundsScores && hasLevelTwo(rounding.compute)),
      ),
    );
  const propagated = (stepKey: string): Propagated | undefined => {
    const found = head.parts.get(stepKey);
    const step = found && findStep(trace, stepKey);
    if (!step) return undefined;
    const { part, factor } = found;
    const { copies, queriesOfKey } = basis();
    const isOfKeys = part === "key" || part === "value";
    return {
      ...stored(step.output(), (rounding, errorTerms) => {
        if (part === "query") return core(rounding).query;
        if (!isOfKeys) return pairVariance(facts(rounding), part, factor);
        return addSums(core(rounding)[part], step.output(), queriesOfKey, errorTerms);
      }),
      distinctRows: {
        of: ROWS_OF[part] ?? "pairs",
        queries: countDistinct(copies.queries),
        keys: countDistinct(copies.keys),
      },
      ...(isOfKeys && { terms: queriesOfKey }),
      ...(part === "key" && { shift: (rounding: RoundingModel) => core(rounding).shift }),
    };
  };
  return { head, propagated, core, facts };
}

const ROWS_OF: Partial<Record<BackPart, DistinctRows["of"]>> = {
  query: "queries",
  key: "keys",
  value: "keys",
};

/** Returns dQ, dK and dV of one head. Gradients that are not recorded are zeros, because nobody reads their errors. */
export const exactOf = ({ steps, task }: BackwardHead): PerPart<Matrix> =>
  perPart((part) => steps[part]?.output() ?? createMatrix(task[part].rows, task[part].cols));
