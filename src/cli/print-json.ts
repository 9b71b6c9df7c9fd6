import { parseCellReference } from "../homework/cell-reference.js";
import { explain } from "../homework/why.js";
import { type JsonValue, traceToJson } from "../render/json.js";
import { explanationToJson } from "../render/why.js";
import { type FinishedRun, selectionOf } from "./finished-run.js";
import type { Io } from "./io.js";

/** The run as one JSON object on stdout, in chunks. */
export function printJson({ reading, settings, trace, views }: FinishedRun, io: Io): void {
  const chunks = traceToJson(trace, {
    settings: settings as Record<string, JsonValue>,
    tokens: reading.tokens,
    keyTokens: reading.keyTokens,
    ...(reading.mask && { booleans: { mask: reading.mask } }),
    ...selectionOf(views),
    ...(views.why && {
      extra: {
        why: explanationToJson(trace, explain(trace, parseCellReference(trace, views.why), views.depth)),
      },
    }),
  });
  for (const chunk of chunks) io.write(chunk);
}
