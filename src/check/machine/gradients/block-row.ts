import type { Matrix } from "../../../math/matrix.js";
import type { BackwardRows } from "./backward-rows.js";
import type { HeadFacts } from "./head-facts.js";
import type { CellErrors } from "./row-errors.js";

// Estimates the variances U, U′ and M of docs/precision.md for the cells of one row, from the row's exact numbers and
// the errors of `row-errors.ts`. The loops run n·m times, so whatever a row has in common is read before them.

/** The n×m variances of some rows. Products with Q∘², K∘² and dO∘² turn them into the variances of dQ, dK and dV. */
export interface BlockErrors {
  /** U, U′ and M. */
  readonly ofQuery: Matrix;
  readonly ofKey: Matrix;
  readonly ofValue: Matrix;
  /** f∘P: the weights of the sums K̄ = Σ_j f P k_j and Σ_i f P r_i q_i. */
  readonly slopes: Matrix;
  /** The part of dP's variance that comes from a rounded and an inexact dO, which the keys of a row share. */
  readonly fromInputs: Matrix | undefined;
  /** The same with rounded values. */
  readonly ofInputs: Matrix | undefined;
  /** dZ∘ε, P∘ε and f∘P∘√(VP + D): the errors that rows share, with their signs. Undefined if rows share none. */
  readonly shifted: Matrix | undefined;
  readonly weighed: Matrix | undefined;
  readonly alike: Matrix | undefined;
}

/** Computes what all cells of a row have in common. */
function factorsOf(
  { errorTerms, copies, directions, projectionErrors, head }: HeadFacts,
  query: number,
  keys: number,
  common: { readonly weights: number },
) {
  const { sums, short, isEager, roundsInputs, floor } = errorTerms;
  const square = sums ** 2;
  const ofRounding = short * ((isEager ? 4 : 1) + (roundsInputs ? 1 : 0));
  return {
    square,
    ofQuery: ofRounding + (square * keys) / 6 + projectionErrors.key,
    ofKey: ofRounding + common.weights + projectionErrors.query,
    ofValue: short * (roundsInputs ? 2 : 1) + common.weights + 2 * square,
    // P∘F is one more product. Level 2 rounds it to the short type.
    ofDropped: (isEager ? short : 0) + square / 3,
    floorOfValue: floor,
    ofFloor: floor / Math.min(1, head.task.scale ** 2),
    // At level 2, φ (dP − δ)² joins the variance of dS, and υ that of tanh².
    floor: isEager ? floor : 0,
    short: isEager ? short : 0,
    cap: 1 / (head.task.softcap ?? 1) ** 2,
    side: roundsInputs ? directions.gradient().signs[query] : 1,
    querySide: isEager || roundsInputs ? directions.query().signs[query] : 1,
    queries: copies.queries[query],
    query: copies.query[query],
  };
}

/** What the loops over a row need besides its numbers. */
type Factors = ReturnType<typeof factorsOf> & { readonly delta: number };

/** Computes U, U′, M and the shared errors of one row. */
export function fillRow(
  facts: HeadFacts,
  rows: BackwardRows,
  row: number,
  errors: CellErrors,
  common: { readonly weights: number; readonly delta: number },
  block: BlockErrors,
): void {
  const factors = { ...factorsOf(facts, rows.first + row, rows.keys[row], common), delta: common.delta };
  addHanded(errors, block, row);
  fillOwn(facts, rows, row, errors, factors, block);
  fillTogether(rows, row, errors, factors, block);
}

/** Adds to the errors of dP what rounded inputs and an inexact dO cause. */
function addHanded({ dWeights }: CellErrors, { ofInputs }: BlockErrors, row: number): void {
  if (!ofInputs) return;
  const own = ofInputs.data.subarray(row * ofInputs.cols, (row + 1) * ofInputs.cols);
  for (let j = 0; j < own.length; j++) dWeights[j] += own[j];
}

/** Computes U, U′, M and f∘P of one row. A masked cell has no error. */
function fillOwn(
  { copies: { keys: copies }, queriesOfKey }: HeadFacts,
  rows: BackwardRows,
  row: number,
  { scores: ofScores, dWeights: ofChanges }: CellErrors,
  common: Factors,
  block: BlockErrors,
): void {
  const [scores, weights, dWeights] = [rows.scores.data, rows.weights.data, rows.dWeights.data];
  const [dScores, dScaled] = [rows.dScores.data, rows.dScaled.data];
  const [tanhs, factors] = [rows.tanhs?.data, rows.factors?.data];
  const [ofQuery, ofKey, ofValue] = [block.ofQuery.data, block.ofKey.data, block.ofValue.data];
  const slopes = block.slopes.data;
  const { square, ofFloor, floor, short, cap, queries, query, floorOfValue, delta, ofDropped } = common;
  const { ofQuery: byQuery, ofKey: byKey, ofValue: byValue } = common;
  const [dot, keys] = [rows.delta[row], rows.scores.cols];
  for (let j = 0, at = row * keys; j < keys; j++, at++) {
    if (scores[at] === Number.NEGATIVE_INFINITY) {
      ofQuery[at] = ofKey[at] = ofValue[at] = slopes[at] = 0;
      continue;
    }
    const weight = weights[at];
    const change = dScores[at];
    const score = ofScores[j];
    const t = tanhs ? tanhs[at] : 0;
    const slope = 1 - t * t;
    const flat = slope * slope;
    const weightSquare = weight * weight;
    let own = flat * (weightSquare * ofChanges[j] + change * change * (score + 2 * square));
    if (tanhs) own += change * change * 4 * t * t * (t * t * (square + short) + flat * score * cap);
    if (ofFloor > 0) own += ofFloor + floor * (dWeights[at] - dot) ** 2;
    const changed = dScaled[at] * dScaled[at];
    const ofSum = (square * queriesOfKey[j]) / 6;
    ofQuery[at] = copies[j] * (own + changed * byQuery);
    ofKey[at] = queries * (own + changed * (byKey + ofSum) + flat * weightSquare * delta);
    const relative = byValue + Math.max(0, score * (1 - 2 * weight)) + ofSum;
    if (factors) {
      const factor = factors[at] ** 2;
      ofValue[at] = query * factor * (weightSquare * (relative + ofDropped) + 2 * floorOfValue);
    } else ofValue[at] = query * (weightSquare * relative + floorOfValue);
    slopes[at] = slope * weight;
  }
}

/** Computes the errors that this row shares with others, if there are any. */
function fillTogether(
  rows: BackwardRows,
  row: number,
  { rounded, dWeights: ofChanges }: CellErrors,
  { querySide, side, delta }: Factors,
  block: BlockErrors,
): void {
  const [shifted, weighed, alike] = [block.shifted?.data, block.weighed?.data, block.alike?.data];
  if (!shifted && !weighed && !alike) return;
  const [scores, weights, dScaled] = [rows.scores.data, rows.kept.data, rows.dScaled.data];
  const slopes = block.slopes.data;
  const keys = rows.scores.cols;
  for (let j = 0, at = row * keys; j < keys; j++, at++) {
    const isMasked = scores[at] === Number.NEGATIVE_INFINITY;
    if (shifted && weighed) {
      const error = isMasked ? 0 : Math.sqrt(rounded[j]) * querySide;
      shifted[at] = dScaled[at] * error;
      weighed[at] = weights[at] * error;
    }
    if (alike) alike[at] = isMasked ? 0 : slopes[at] * Math.sqrt(ofChanges[j] + delta) * side;
  }
}
