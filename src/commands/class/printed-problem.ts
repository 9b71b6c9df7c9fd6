import { settingsOf } from "../../runs/command-spec.js";
import { readingSettings } from "../../runs/read/reading-settings.js";
import { unquotedWords } from "../../runs/shell-quotes.js";
import { optionOf } from "../../setting-names.js";
import { KINDS } from "./class-settings.js";
import type { OwnProblem } from "./own-problem.js";

/** The end of what qkv prints: the command that repeats the run. In Markdown it stands between fences. */
const REPEATED = /^#* *To repeat this run\s+(?:```\w*\s+)?qkv ([a-z-]+) (.+)$/m;

/** The start of a run in JSON, which contains its problem. */
const RUN = /^\s*\{\s*"schema":\s*"qkv\/1",\s*"command":\s*"([a-z-]+)"/;

/**
 * Returns the problem of a run that qkv printed: of a run in JSON its inputs, otherwise the command at its end, as if
 * it were typed. Returns undefined for any other text, and for a command whose words are not all inputs, tokens and
 * settings.
 */
export function problemPrinted(text: string): OwnProblem | undefined {
  const [, command] = RUN.exec(text) ?? [];
  const ofRun = KINDS.find((one) => one.name === command);
  if (ofRun) return { kind: ofRun, words: [text], values: {} };
  const [, name, line = ""] = REPEATED.exec(text) ?? [];
  const kind = KINDS.find((one) => one.name === name);
  if (!kind) return undefined;
  const table = { ...readingSettings(kind, kind.inputs, kind.labels), ...settingsOf(kind) };
  const names = new Map(Object.keys(table).map((one) => [optionOf(one), one]));
  const words = unquotedWords(line);
  const values: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at++) {
    const setting = names.get(words[at]);
    if (setting === undefined) return undefined;
    const isFlag = at + 1 === words.length || names.has(words[at + 1]);
    values[setting] = table[setting].parse(isFlag ? true : words[++at]);
  }
  return { kind, words: [], values };
}
