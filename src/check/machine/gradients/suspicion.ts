import { isOff } from "../rule.js";
import type { Attentions } from "../target.js";
import type { DumpedPart, GradientSuspicion, ReplayedHeads } from "./mistakes/gradient-mistake.js";
import { replayedHeadsOf } from "./replay-heads.js";
import type { Suspected } from "./suspected.js";

/** What is known of wrong gradients before any mistake is replayed. */
export function suspicionOf(attentions: Attentions, suspected: readonly Suspected[]): GradientSuspicion {
  const { trace } = attentions;
  const rowsOff = (part: RegExp) => {
    const rows = new Set<number>();
    for (const { target, units } of suspected) {
      if (!part.test(target.id)) continue;
      for (let at = 0; at < units.length; at++)
        if (isOff(units[at])) rows.add(Math.floor(at / target.got.cols));
    }
    return [...rows].sort((a, b) => a - b);
  };
  const replayed = replayedHeadsOf(attentions.gradients().heads.map(({ head }) => head));
  return {
    ...replayed,
    wrongRows: rowsOff(PARTS.query),
    wrongKeys: rowsOff(/^d-(?:k|key|v|value)$/),
    hasRope: trace.steps.some(({ op, id }) => op.name === "rotate-pairs" && id.startsWith("d-")),
    hasBias: suspected.some(({ target }) => target.id === "d-bias"),
    wrongParts: PART_NAMES.filter((part) =>
      suspected.some(({ target, isRight }) => !isRight && PARTS[part].test(target.id)),
    ),
    dumped: (part, kvHead) => dumpedOf(suspected, replayed, part, kvHead),
  };
}

/** What the steps of gradients by the queries, keys and values of heads are called. */
export const PARTS = { query: /^d-q(?:uery)?$/, key: /^d-k(?:ey)?$/, value: /^d-v(?:alue)?$/ } as const;
const PART_NAMES = ["query", "key", "value"] as const;

/** The gradient of a kv head: of one query head, or the sum of all that read it. */
function dumpedOf(
  suspected: readonly Suspected[],
  { heads, kvOf }: ReplayedHeads,
  part: "key" | "value",
  kvHead: number,
): DumpedPart | undefined {
  const group = heads.filter((_, at) => kvOf[at] === kvHead);
  const found = suspected.find(({ target: { id, scope, sumsOf } }) => {
    const scopes = sumsOf ?? [scope];
    return PARTS[part].test(id) && group.every(({ task }) => scopes.includes(task.scope));
  });
  return found && { got: found.target.got, variance: found.variance };
}
