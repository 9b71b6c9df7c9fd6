import { once } from "../../../math/remember.js";
import { slice } from "../../../ops/parts.js";
import type { Homework } from "../../mistakes/mistake.js";
import type { Attentions } from "../target.js";
import { wrongRowsIn } from "../where.js";
import { PARTS, type Part } from "./backward-rows.js";
import type { MeasuredGradient } from "./dumped-gradient.js";
import type { DumpedPart, GradientSearchContext, ReplayedHeads } from "./mistakes/gradient-mistake.js";
import { replayedHeadsOf, rightGradients } from "./replay-heads.js";

// Collects what is known about wrong gradients before any mistake is replayed: which rows and which of dQ, dK and dV
// are wrong, and the dumped matrix of each head.

/** The attentions of a run, and the means to solve its problem again. */
export interface Prepared {
  readonly attentions: Attentions;
  readonly homework: Homework;
}

export function searchContextOf(
  { attentions, homework }: Prepared,
  measured: readonly MeasuredGradient[],
  batches: readonly Prepared[],
): GradientSearchContext {
  const { trace } = attentions;
  const rowsOff = (...parts: readonly Part[]) => {
    const rows = measured.flatMap(({ part, target: { got }, units }) =>
      part && parts.includes(part) ? wrongRowsIn(units, got.cols) : [],
    );
    return [...new Set(rows)].sort((a, b) => a - b);
  };
  const headsOf = (one: Attentions) => one.gradients().heads.map(({ head }) => head);
  const replayed = replayedHeadsOf(headsOf(attentions));
  const own = batches.findIndex((batch) => batch.attentions === attentions);
  const context: GradientSearchContext = {
    ...replayed,
    homework,
    batches: batches.map((one, batch) => ({
      trace: one.attentions.trace,
      right: () => rightGradients(headsOf(one.attentions)),
      context: once(() => ({
        ...context,
        ...replayedHeadsOf(headsOf(one.attentions)),
        homework: one.homework,
        batch,
      })),
    })),
    batch: own,
    wrongRows: rowsOff("query"),
    wrongKeys: rowsOff("key", "value"),
    hasRope: trace.steps.some(({ op, id }) => op.name === "rotate-pairs" && id.startsWith("d-")),
    hasBias: measured.some(({ target: { id } }) => id === "d-bias" || id === "d-given-bias"),
    wrongParts: PARTS.filter((part) => measured.some((one) => !one.isRight && one.part === part)),
    dumped: (part, head) => dumpedOf(measured, replayed, part, head),
  };
  return context;
}

/**
 * Finds the dumped gradient of a query head, or of a kv head (that of its one query head, or the sum over its group).
 * Gradients of heads side by side in one matrix are cut out.
 */
function dumpedOf(
  measured: readonly MeasuredGradient[],
  { heads, kvOf, kvHeads }: ReplayedHeads,
  part: Part,
  head: number,
): DumpedPart | undefined {
  const group = heads.filter((_, at) => (part === "query" ? at : kvOf[at]) === head);
  const ofPart = measured.filter((one) => one.part === part);
  const found = ofPart.find(({ target: { scope, sumsOf } }) => {
    const scopes = sumsOf ?? [scope];
    return group.every(({ task }) => scopes.includes(task.scope));
  });
  if (found) return { got: found.target.got, want: found.target.expected.want, variance: found.variance };
  const whole = ofPart.find(({ target: { scope } }) => scope === "");
  const { cols } = group[0].task[part];
  if (!whole || whole.target.got.cols !== cols * (part === "query" ? heads.length : kvHeads))
    return undefined;
  const { got, expected } = whole.target;
  const columns = { firstRow: 0, rows: got.rows, firstCol: head * cols, cols };
  const cut = (data: Float64Array) => slice.compute([{ ...got, data }], columns);
  return { got: cut(got.data), want: cut(expected.want.data), variance: cut(whole.variance).data };
}
