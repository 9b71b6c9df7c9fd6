import { findCell, parseCellReference } from "../../explain/cell-reference.js";
import { findUses } from "../../explain/uses.js";
import { explain, explainWithin } from "../../explain/why.js";
import { checksToJson } from "../../render/check-json.js";
import type { JsonValue } from "../../render/json-value.js";
import { explanationToJson } from "../../render/why.js";
import { usesToJson } from "../../render/why-uses.js";
import type { Trace } from "../../trace/trace.js";
import type { FinishedRun } from "../finished-run.js";

/** Returns the results of --why, --uses and --check for JSON. */
export function homeworkToJson({ trace, views, checks }: FinishedRun): Readonly<Record<string, JsonValue>> {
  return {
    ...(views.why !== undefined && {
      why: explainInJson(trace, views.why, views.depth),
    }),
    ...(views.uses !== undefined && { uses: followUses(trace, views.uses) }),
    ...(checks && checksToJson(checks)),
  };
}

function followUses(trace: Trace, text: string) {
  const cell = parseCellReference(trace, text);
  return usesToJson(trace, cell, findUses(trace, cell));
}

/** Explains a cell for programs. Without a depth, the result says how deep the explanation goes if it was cut. */
export function explainInJson(trace: Trace, text: string, depth: number | undefined) {
  const found = findCell(trace, text);
  if (depth !== undefined) return explanationToJson(found.trace, explain(found.trace, found.cell, depth));
  const { explanation, reached } = explainWithin(found);
  const json = explanationToJson(found.trace, explanation);
  return { ...json, ...(reached !== undefined && { depth: reached }) };
}
