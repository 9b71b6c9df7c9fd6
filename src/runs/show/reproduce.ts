import { INPUTS, type InputName } from "../../attention/inputs.js";
import type { Matrix } from "../../math/matrix.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import { quoteWord } from "../shell-quotes.js";

/** Longer than this, a command line is no longer something to copy. */
const LONGEST_COMMAND = 1200;

/**
 * The command that repeats a run in a shell of this platform, with its matrices inline; undefined when they are too large for that.
 */
export function reproduceCommand(
  command: string,
  { matrices, mask, tokens, keyTokens, settings, modelName }: FinishedRun["typed"],
  platform: string,
): string | undefined {
  const quote = (text: string) => quoteWord(text, platform);
  const cells = Object.values(matrices).reduce((count, matrix) => count + matrix.data.length, 0);
  if (cells > LONGEST_COMMAND / 2) return undefined;
  const given = (Object.keys(INPUTS) as InputName[]).flatMap((name) => {
    const matrix = name === "mask" ? mask : matrices[name];
    return matrix ? [`${setting(name)} ${quote(literal(matrix))}`] : [];
  });
  const options = Object.entries(settings).flatMap(([name, value]) => {
    if (typeof value === "boolean") return value ? [setting(name)] : [];
    return [`${setting(name)} ${quote(String(value))}`];
  });
  const labels = [
    ...(tokens ? [`${setting("tokens")} ${quote(labelList(tokens))}`] : []),
    ...(keyTokens ? [`${setting("keyTokens")} ${quote(labelList(keyTokens))}`] : []),
  ];
  const source = modelName === undefined ? [] : [quote(modelName)];
  const line = ["qkv", command, ...source, ...given, ...labels, ...options].join(" ");
  return line.length <= LONGEST_COMMAND ? line : undefined;
}

/** `1 0; 0 1`; one number alone is `[5]`, since a bare 5 could be a file. */
function literal({
  rows,
  cols,
  data,
}: Pick<Matrix, "rows" | "cols"> & { readonly data: ArrayLike<number> }): string {
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: cols }, (_, col) => numberText(data[row * cols + col])).join(" "),
  );
  return rows * cols === 1 ? `[${lines[0]}]` : lines.join("; ");
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function labelList(labels: readonly string[]): string {
  if (labels.every(isPlain) && labels.length > 1) return labels.join(" ");
  // What cannot be seen is spelled, so that the command can be copied and shows what it holds.
  return JSON.stringify(labels).replace(/\p{C}/gu, (sign) =>
    Array.from(
      { length: sign.length },
      (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/** A pattern with \p takes a while to make, and most labels are ASCII. */
const isPlain = (label: string) =>
  !/[\s,[\]"]|^$/.test(label) && (/^[!-~]+$/.test(label) || !/\p{C}/u.test(label));
