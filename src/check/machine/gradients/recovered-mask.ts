import { type Equation, leastSquares } from "../../../math/least-squares.js";
import { createMatrix, type Matrix } from "../../../math/matrix.js";
import { dotRows } from "../../../math/product.js";
import { type BackwardRows, slopeAt, workRows } from "./backward-rows.js";
import {
  type DumpedPart,
  equationOf,
  type GradientSearchContext,
  type ReplayedHead,
} from "./mistakes/gradient-mistake.js";

// Solves for the dropout mask M of a backward pass, from its own dV and dK. Each key has one unknown per query, and as
// many equations as dV and dK have columns: Σ_i P_ij M_ij dO_i = dV_j, scale Σ_i P_ij f_ij (M_ij g_ij − δ_i) q_i = dK_j
// with g = dO Vᵀ. If there are not more unknowns than equations, rounding each unknown to 0 or 1 / (1 − p) gives the
// mask. A replay shows whether it is the right one.

/** The maximum number of unknowns per key. The time of the Cholesky factorisation grows with its cube. */
const MAX_UNKNOWNS = 160;

/**
 * Returns for each query head its mask times 1 / (1 − p), n×m. Undefined if there are too many unknowns, or if
 * gradients were not dumped by heads.
 */
export function recoverMask(context: GradientSearchContext): readonly Matrix[] | undefined {
  const { heads, kvOf, kvHeads } = context;
  const masks = new Map<ReplayedHead, Matrix>();
  for (let kv = 0; kv < kvHeads; kv++) {
    const group = heads.filter((_, at) => kvOf[at] === kv);
    if (!recoverGroup(group, kv, context, masks)) return undefined;
  }
  return heads.flatMap((head) => masks.get(head) ?? []);
}

function recoverGroup(
  group: readonly ReplayedHead[],
  kv: number,
  context: GradientSearchContext,
  masks: Map<ReplayedHead, Matrix>,
): boolean {
  const [{ task }] = group;
  const value = context.dumped("value", kv);
  // With RoPE, dK was rotated back and does not fit these equations.
  const key = context.hasRope ? undefined : context.dumped("key", kv);
  const unknowns = group.length * task.query.rows;
  const equations = task.value.cols + (key ? task.key.cols : 0);
  if (!value || unknowns > Math.min(equations, MAX_UNKNOWNS)) return false;
  const rows = group.map((head) => workRows(head, 0, task.query.rows));
  const found = group.map(() => createMatrix(task.query.rows, task.key.rows));
  for (let j = 0; j < task.key.rows; j++) {
    const solved = solveKey(group, rows, j, value, key);
    if (!solved) return false;
    for (const [at, head] of group.entries()) {
      const { data } = head.task.dropped ?? found[at];
      const factor = data.reduce((a, b) => Math.max(a, b), 0);
      for (let i = 0; i < task.query.rows; i++) {
        found[at].data[i * task.key.rows + j] = solved[at * task.query.rows + i] > factor / 2 ? factor : 0;
      }
    }
  }
  for (const [at, head] of group.entries()) masks.set(head, found[at]);
  return true;
}

/** Solves for the unknowns of one key by least squares. Each equation is weighted by its expected error. */
function solveKey(
  group: readonly ReplayedHead[],
  rows: readonly BackwardRows[],
  j: number,
  value: DumpedPart,
  key: DumpedPart | undefined,
): Float64Array | undefined {
  const count = group[0].task.query.rows;
  const size = group.length * count;
  const equations: Equation[] = [];
  const add = (dumped: DumpedPart, column: number, factors: Float64Array, known: number) => {
    const at = j * dumped.got.cols + column;
    equations.push(equationOf(dumped, at, Array.from(factors), dumped.got.data[at] + known));
  };
  for (let c = 0; c < value.got.cols; c++) {
    const factors = new Float64Array(size);
    eachQuery(group, rows, j, (at, { gradient }, _, i, weight) => {
      factors[at] = weight * gradient.data[i * gradient.cols + c];
    });
    add(value, c, factors, 0);
  }
  for (let c = 0; key && c < key.got.cols; c++) {
    const factors = new Float64Array(size);
    let known = 0;
    eachQuery(group, rows, j, (at, head, own, i, weight) => {
      const { query, scale } = head.task;
      const by = scale * weight * slopeAt(own, i * own.scores.cols + j) * query.data[i * query.cols + c];
      factors[at] = by * dotRows(head.gradient, i, head.task.value, j);
      known += by * own.delta[i];
    });
    add(key, c, factors, known);
  }
  return leastSquares(equations, size);
}

function eachQuery(
  group: readonly ReplayedHead[],
  rows: readonly BackwardRows[],
  j: number,
  visit: (at: number, head: ReplayedHead, own: BackwardRows, i: number, weight: number) => void,
): void {
  for (const [index, head] of group.entries()) {
    const own = rows[index];
    for (let i = 0; i < own.count; i++) {
      visit(index * own.count + i, head, own, i, own.weights.data[i * own.scores.cols + j]);
    }
  }
}
