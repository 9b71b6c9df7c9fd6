import { INPUTS } from "../../attention/inputs.js";
import { settingsOf } from "../../runs/command-spec.js";
import { unquotedWords } from "../../runs/shell-quotes.js";
import { optionOf } from "../../setting-names.js";
import { KINDS } from "./class-settings.js";
import type { OwnProblem } from "./own-problem.js";

/** The end of what qkv prints: the command that repeats the run. In Markdown it stands between fences. */
const REPEATED = /^#* *To repeat this run\s+(?:```\w*\s+)?qkv ([a-z-]+) (.+)$/m;

/**
 * Returns the problem of a run that qkv printed, from the command at its end. Returns undefined for any other text, and
 * for a command whose words are not all inputs, tokens and settings.
 */
export function problemPrinted(text: string): OwnProblem | undefined {
  const [, name, line = ""] = REPEATED.exec(text) ?? [];
  const kind = KINDS.find((one) => one.name === name);
  if (!kind) return undefined;
  const names = [...Object.keys(INPUTS), ...LABELS, ...Object.keys(settingsOf(kind))];
  const known = new Map(names.map((name) => [optionOf(name), name]));
  const members: string[] = [];
  const settings: Record<string, string | boolean> = {};
  const words = unquotedWords(line);
  for (let at = 0; at < words.length; at++) {
    const key = known.get(words[at]);
    if (key === undefined) return undefined;
    const isFlag = at + 1 === words.length || known.has(words[at + 1]);
    const value = isFlag ? true : words[++at];
    if (value === true) settings[key] = true;
    else if (Object.hasOwn(INPUTS, key)) members.push(`"${key}": ${matrixInJson(value)}`);
    else if (LABELS.includes(key))
      members.push(`"${key}": ${value.startsWith("[") ? value : JSON.stringify(value)}`);
    else settings[key] = value;
  }
  return { bundle: `{${[...members, `"settings": ${JSON.stringify(settings)}`].join(", ")}}`, kind };
}

const LABELS: readonly string[] = ["tokens", "keyTokens"];

/** Returns a matrix of a command line, `1 0; 0 1` or `[5]`, as JSON. */
function matrixInJson(text: string): string {
  const rows = text.replace(/[[\]]/g, "").split(";");
  return `[${rows.map((row) => `[${row.trim().split(/\s+/).join(", ")}]`).join(", ")}]`;
}
