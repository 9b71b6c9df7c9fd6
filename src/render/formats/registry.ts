import { csv, tsv } from "./delimited.js";
import { png, svg } from "./drawn.js";
import type { Format, RunFormat } from "./format.js";
import { html } from "./html.js";
import { json } from "./json.js";
import { jsonl } from "./jsonl.js";
import { latex } from "./latex.js";
import { markdown } from "./markdown.js";
import { npy } from "./npy.js";
import { npz } from "./npz.js";
import { numpy } from "./numpy.js";
import { octave } from "./octave.js";
import { safetensors } from "./safetensors.js";

/** The worked solution for people. Its look depends on the terminal. */
const table: RunFormat = { endings: [".txt", ".text"], holds: "run" };

/** Every output format, by its name for `-o`. */
export const FORMATS = {
  table,
  json,
  jsonl,
  csv,
  tsv,
  markdown,
  latex,
  html,
  svg,
  png,
  numpy,
  octave,
  npy,
  npz,
  safetensors,
} satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS).filter((name): name is FormatName => name in FORMATS);

/** Returns the format for the ending of a file name. */
export function formatOfFile(path: string): FormatName | undefined {
  const lower = path.toLowerCase();
  return FORMAT_NAMES.find((name) => FORMATS[name].endings.some((ending) => lower.endsWith(ending)));
}
