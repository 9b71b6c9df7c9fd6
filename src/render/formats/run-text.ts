import { withOptions } from "../../setting-names.js";
import { type JsonValue, toJson } from "../json-value.js";
import type { AboutRun } from "./format.js";

/** What an archive of matrices says of the run that they are of, in JSON: `inputs` names those that were given. */
export function textOfRun({ inputs, settings, tokens, keyTokens }: AboutRun): string {
  const members: Record<string, JsonValue> = { schema: "qkv/1", inputs, settings };
  if (tokens) members.tokens = tokens;
  if (keyTokens) members.keyTokens = keyTokens;
  return withOptions(`${toJson(members)}\n`);
}
