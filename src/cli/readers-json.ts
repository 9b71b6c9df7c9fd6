import { findCell, parseCellReference } from "../explain/cell-reference.js";
import { findUses } from "../explain/uses.js";
import { type Explanation, explain } from "../explain/why.js";
import { checksToJson } from "../render/check-json.js";
import type { JsonValue } from "../render/json-value.js";
import { explanationToJson } from "../render/why.js";
import { usesToJson } from "../render/why-uses.js";
import type { Trace } from "../trace/trace.js";
import type { FinishedRun } from "./finished-run.js";

/** What a run with --why, --uses or --check says beyond its Trace. */
export function homeworkToJson({ trace, views, checks }: FinishedRun): Readonly<Record<string, JsonValue>> {
  return {
    ...(views.why !== undefined && {
      why: explainInJson(trace, views.why, views.depth),
    }),
    ...(views.uses !== undefined && { uses: followUses(trace, views.uses) }),
    ...(checks && checksToJson(checks)),
  };
}

function followUses(trace: Trace, text: string): JsonValue {
  const cell = parseCellReference(trace, text);
  return usesToJson(trace, cell, findUses(trace, cell));
}

function explainInJson(trace: Trace, text: string, depth: number | undefined): JsonValue {
  const found = findCell(trace, text);
  if (depth !== undefined) return explanationToJson(found.trace, explain(found.trace, found.cell, depth));
  const { explanation, reached } = explainWithin(MOST_NUMBERS, found);
  const json = explanationToJson(found.trace, explanation);
  return { ...json, ...(reached !== undefined && { depth: reached }) };
}

/** Nothing is folded for programs, and the arithmetic of one cell of GPT-2 down to what was given is half a gigabyte. */
const MOST_NUMBERS = 10_000;

/** Explains as many whole steps down as come to at most so many numbers; says how many where that is not all. */
function explainWithin(
  most: number,
  { trace, cell }: ReturnType<typeof findCell>,
): { readonly explanation: Explanation; readonly reached?: number } {
  let last: { explanation: Explanation; count: number } | undefined;
  for (let depth = 1; ; depth++) {
    let count = 0;
    const explanation = explain(trace, cell, depth, (cells) => {
      count += cells.length;
      return count <= most || depth === 1 ? cells : [];
    });
    if (count === last?.count) return { explanation };
    if (last && count > most) return { explanation: last.explanation, reached: depth - 1 };
    last = { explanation, count };
  }
}
