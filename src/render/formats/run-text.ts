import { withOptions } from "../../errors.js";
import { type JsonValue, toJson } from "../json-value.js";
import type { AboutRun } from "./format.js";

/** Describes the run of an archive of matrices, in JSON. `inputs` names the given matrices. */
export function textOfRun({ inputs, settings, tokens, keyTokens }: AboutRun) {
  const members: Record<string, JsonValue> = { schema: "qkv/1", inputs, settings };
  if (tokens) members.tokens = tokens;
  if (keyTokens) members.keyTokens = keyTokens;
  return withOptions(`${toJson(members)}\n`);
}
