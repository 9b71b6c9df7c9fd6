import type { Chunk } from "../../render/formats/format.js";
import { traceToJson } from "../../render/json.js";
import type { JsonValue } from "../../render/json-value.js";
import { type FinishedRun, selectionOf } from "../finished-run.js";

/** Writes the run as one JSON object, in chunks. `more` follows its results. */
export async function jsonChunks(
  run: FinishedRun,
  more: Readonly<Record<string, JsonValue>> = {},
): Promise<Iterable<Chunk>> {
  const { reading, settings, trace, views, checks } = run;
  const asksForMore = (views.why ?? views.uses ?? checks) !== undefined;
  const isJudgedAlone = checks?.some(({ check }) => "judgedAs" in check) && views.steps === undefined;
  const shown = isJudgedAlone ? { ...trace, inputs: [], steps: [], results: {} } : trace;
  return traceToJson(shown, {
    settings: settings as Record<string, JsonValue>,
    tokens: reading.tokens,
    keyTokens: reading.keyTokens,
    ...(reading.mask && !isJudgedAlone && { booleans: { mask: reading.mask } }),
    ...(isJudgedAlone ? {} : selectionOf(views)),
    extra: { ...more, ...(asksForMore && (await import("./readers-json.js")).homeworkToJson(run)) },
  });
}
