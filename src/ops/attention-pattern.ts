import type { Node } from "../trace/op.js";
import { asOp, type NodeOf, type Op } from "../trace/op.js";
import { add, scale, softcap } from "./elementwise.js";
import { type Masking, mask } from "./masking.js";
import { type EmptyRows, exponentials, normalizeRows } from "./softmax.js";
import { rowSums } from "./sums.js";

// Scores, scale, softcap, bias, mask, softmax: the steps of an attention, recognised from the weights back to what is compared. A kernel
// that works them out at once and the calls that libraries have for them both go by this.

/** Finds the node of a key; undefined for an input, and for one that is not to be seen through. */
export type NodeAt = (key: string) => Node | undefined;

/** What stands before a softmax: each step that happened, and the comparison that they begin with. */
export interface ScoreNodes {
  readonly masked: NodeOf<Masking & { readonly fill: number }> | undefined;
  readonly biased: NodeOf<undefined> | undefined;
  readonly capped: NodeOf<{ readonly cap: number }> | undefined;
  readonly scaled: NodeOf<{ readonly factor: number }> | undefined;
  /** What makes the scores of queries and keys; undefined where they are given. */
  readonly compared: Node | undefined;
}

/** A softmax: the key of the scores that enter it, and what becomes of rows that are empty. */
interface SoftmaxNodes {
  readonly normalized: NodeOf<EmptyRows>;
  readonly scores: string;
}

/** The softmax that these weights are, n×m; undefined for weights that were made otherwise. */
export function findSoftmax(weights: string, at: NodeAt): SoftmaxNodes | undefined {
  const normalized = asOp(at(weights), normalizeRows);
  const [powers, sums] = normalized?.inputs ?? [];
  const scores = powers === undefined ? undefined : asOp(at(powers), exponentials)?.inputs[0];
  if (!normalized || scores === undefined || asOp(at(sums), rowSums)?.inputs[0] !== powers) return undefined;
  return { normalized, scores };
}

/** What stands before a softmax, from the last step to the first: mask, bias, softcap, scale, comparison. */
export function findScores(scores: string, at: NodeAt): ScoreNodes {
  let key = scores;
  const step = <Params>(op: Op<Params>): NodeOf<Params> | undefined => {
    const found = asOp(at(key), op);
    if (found) [key] = found.inputs;
    return found;
  };
  const [masked, biased, capped, scaled] = [step(mask), step(add), step(softcap), step(scale)];
  return { masked, biased, capped, scaled, compared: at(key) };
}
