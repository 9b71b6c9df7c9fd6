import type { Node } from "../trace/op.js";
import { asOp, type NodeOf, type Op } from "../trace/op.js";
import { add, scale, softcap } from "./elementwise.js";
import { type Masking, mask } from "./masking.js";
import { type EmptyRows, exponentials, normalizeRows } from "./softmax.js";
import { rowSums } from "./sums.js";

// Recognises the steps of an attention (scores, scale, softcap, bias, mask, softmax), from the weights back to the
// compared vectors. It is used by the kernel that computes them all at once, and by the code that calls a library's
// attention function.

/** Finds the node with a key. Returns undefined for an input, and for a node that must not be looked through. */
export type NodeAt = (key: string) => Node | undefined;

/** The steps before a softmax: those that were recorded, and the comparison of queries and keys. */
export interface ScoreNodes {
  readonly masked: NodeOf<Masking & { readonly fill: number }> | undefined;
  readonly biased: NodeOf<undefined> | undefined;
  readonly capped: NodeOf<{ readonly cap: number }> | undefined;
  readonly scaled: NodeOf<{ readonly factor: number }> | undefined;
  /** The node that compares queries and keys. Undefined if the scores are an input. */
  readonly compared: Node | undefined;
}

/** A softmax: its last step, and the key of the scores it is computed from. */
interface SoftmaxNodes {
  readonly normalized: NodeOf<EmptyRows>;
  readonly scores: string;
}

/** Finds the softmax that computes these weights, n×m. Returns undefined if they were not computed by a softmax. */
export function findSoftmax(weights: string, at: NodeAt): SoftmaxNodes | undefined {
  const normalized = asOp(at(weights), normalizeRows);
  const [powers, sums] = normalized?.inputs ?? [];
  const scores = powers === undefined ? undefined : asOp(at(powers), exponentials)?.inputs[0];
  if (!normalized || scores === undefined || asOp(at(sums), rowSums)?.inputs[0] !== powers) return undefined;
  return { normalized, scores };
}

/** Finds the steps before a softmax, from last to first: mask, bias, softcap, scale, comparison. */
export function findScores(scores: string, at: NodeAt): ScoreNodes {
  let key = scores;
  const step = <Params>(op: Op<Params>): NodeOf<Params> | undefined => {
    const node = asOp(at(key), op);
    if (node) [key] = node.inputs;
    return node;
  };
  const [masked, biased, capped, scaled] = [step(mask), step(add), step(softcap), step(scale)];
  return { masked, biased, capped, scaled, compared: at(key) };
}
