import { findCell, parseCellReference } from "../homework/cell-reference.js";
import { findUses } from "../homework/uses.js";
import { explain } from "../homework/why.js";
import { checksToJson } from "../render/check-json.js";
import { type JsonValue, traceToJson } from "../render/json.js";
import { explanationToJson } from "../render/why.js";
import { usesToJson } from "../render/why-uses.js";
import type { Trace } from "../trace/trace.js";
import { type FinishedRun, selectionOf } from "./finished-run.js";

/** The run as one JSON object, in chunks. */
export function jsonChunks({ reading, settings, trace, views, checks }: FinishedRun): Iterable<string> {
  return traceToJson(trace, {
    settings: settings as Record<string, JsonValue>,
    tokens: reading.tokens,
    keyTokens: reading.keyTokens,
    ...(reading.mask && { booleans: { mask: reading.mask } }),
    ...selectionOf(views),
    extra: {
      ...(views.why && {
        why: explainInJson(trace, views.why, views.depth),
      }),
      ...(views.uses && { uses: followUses(trace, views.uses) }),
      ...(checks && checksToJson(checks)),
    },
  });
}

function explainInJson(trace: Trace, text: string, depth: number | undefined): JsonValue {
  const found = findCell(trace, text);
  return explanationToJson(found.trace, explain(found.trace, found.cell, depth));
}

function followUses(trace: Trace, text: string): JsonValue {
  const cell = parseCellReference(trace, text);
  return usesToJson(trace, cell, findUses(trace, cell));
}
