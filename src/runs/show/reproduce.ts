import { INPUT_NAMES } from "../../attention/inputs.js";
import { setting } from "../../errors.js";
import { sumOver, tabulate } from "../../math/lists.js";
import type { BooleanMatrix, Matrix } from "../../math/matrix.js";
import type { FinishedRun } from "../finished-run.js";
import { quoteWord } from "../shell-quotes.js";

/** The maximum length of a command line that can still be copied easily. */
const LONGEST_COMMAND = 1200;

/**
 * Returns the command that repeats a run in a shell of this platform, with its matrices inline. Returns undefined if
 * they are too large.
 */
export function reproduceCommand({ command, typed }: FinishedRun, platform: string): string | undefined {
  const { matrices, mask, tokens, keyTokens, settings, modelName } = typed;
  const cells = sumOver(Object.values(matrices), ({ data }) => data.length);
  if (cells > LONGEST_COMMAND / 2) return undefined;
  const quote = (text: string) => quoteWord(text, platform);
  const say = (name: string, text: string) => `${setting(name)} ${quote(text)}`;
  const given = INPUT_NAMES.flatMap((name) => {
    const matrix = name === "mask" ? mask : matrices[name];
    return matrix ? [say(name, literal(matrix))] : [];
  });
  const options = Object.entries(settings).flatMap(([name, value]) => {
    if (typeof value !== "boolean") return [say(name, String(value))];
    return value ? [setting(name)] : [];
  });
  const labels = Object.entries({ tokens, keyTokens }).flatMap(([name, names]) =>
    names ? [say(name, labelList(names))] : [],
  );
  const source = modelName === undefined ? [] : [quote(modelName)];
  const line = ["qkv", command.name, ...source, ...given, ...labels, ...options].join(" ");
  return line.length <= LONGEST_COMMAND ? line : undefined;
}

/** Writes a matrix: `1 0; 0 1`. A single number is `[5]`, because 5 alone could be the name of a file. */
function literal(matrix: Matrix | BooleanMatrix) {
  const rows = rowTexts(matrix);
  return matrix.data.length === 1 ? `[${rows[0]}]` : rows.join("; ");
}

/** Writes each row of a matrix. Its digits are read back as the same numbers. */
export function rowTexts({ rows, cols, data }: Matrix | BooleanMatrix) {
  const numbers = Array.from(data, (value) => (Object.is(value, -0) ? "-0" : String(value)));
  return tabulate(rows, (row) => numbers.slice(row * cols, (row + 1) * cols).join(" "));
}

function labelList(labels: readonly string[]) {
  if (labels.every(isPlain) && labels.length > 1) return labels.join(" ");
  // Invisible characters are escaped, so that the command can be copied and shows them.
  return JSON.stringify(labels).replace(/\p{C}/gu, (sign) =>
    Array.from(
      { length: sign.length },
      (_, at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

/**
 * Whether a label needs no quotes. Most labels are ASCII, and a pattern with \p is slow to compile, so ASCII is tested
 * first.
 */
const isPlain = (label: string) =>
  !/[\s,[\]"]|^$/.test(label) && (/^[!-~]+$/.test(label) || !/\p{C}/u.test(label));
