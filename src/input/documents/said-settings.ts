import { isPlainSetting } from "../bundle-settings.js";
import { linesOf, offsetIn } from "../forms/lines.js";
import type { Source } from "../source.js";
import type { Entry } from "../value.js";

/** A setting that a line of a problem in words says, such as `causal: true` or `scale = 0.5`. */
export interface SaidSetting {
  readonly key: string;
  /** The number of its line, from 1. */
  readonly line: number;
  /** Undefined where it is no number, word or truth. */
  readonly entry?: Entry;
  readonly text: string;
}

const LINE = /^[\s>*#%-]*(\p{L}[\p{L}\d_]*)\s*[:=]\s*(\S.*?)\s*[;.]?\s*$/u;
const WORD = /^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|\p{L}[\p{L}-]*)$/iu;
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["false", false],
  ["no", false],
  ["off", false],
]);

/** The lines of a text that say a setting, in their order. */
export function saidSettings(source: Source): readonly SaidSetting[] {
  return linesOf(source).flatMap((line, index) => {
    const [, key, text] = LINE.exec(line.text) ?? [];
    if (key === undefined || !isPlainSetting(key)) return [];
    const start = offsetIn(line, line.text.indexOf(text, line.text.indexOf(key) + key.length));
    const value = TRUTHS.get(text.toLowerCase()) ?? text;
    const entry: Entry = { keyStart: start, value: { kind: "scalar", start, value } };
    return [{ key, line: index + 1, text: line.text.trim(), ...(WORD.test(text) && { entry }) }];
  });
}
