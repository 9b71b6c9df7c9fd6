import { BACKSLASH } from "../bytes.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { checkStatedShape, statedShape } from "../stated-shape.js";
import { delimited } from "./delimited.js";
import type { Form } from "./form.js";

const TAIL_BYTES = 200;

/**
 * Prints of pandas: a DataFrame or Series with a line about its size or type, or a DataFrame with its columns in
 * blocks.
 */
export const pandas: Form = {
  looksLike: (source, _, head) =>
    (head.includes("\\") && /^[^\n]*[ \t]\\\r?\n/.test(head)) || findFooter(source) !== undefined,
  async parse(source, options) {
    const footer = findFooter(source);
    if (!footer) {
      const at = source.bytes.indexOf(BACKSLASH);
      const message = `${options.subject}: the columns of this print are in blocks.`;
      return refuseAt(source, at, "SYNTAX", message, "Print it in one block: print(df.to_string()).");
    }
    const body = { ...source, bytes: source.bytes.subarray(0, footer.start) };
    const parsed = { ...(await delimited.parse(body, options)), form: "pandas print" };
    const { value } = parsed;
    if (value.kind !== "numbers") return parsed;
    checkStatedShape(source, footer.start, footer.stated, value);
    // A Series has no header. Its first column is the index, numbers or labels; labels were recognised already.
    if (!footer.isSeries || parsed.labels || value.cols !== 2) return parsed;
    return {
      ...parsed,
      value: { ...value, cols: 1, data: value.data.filter((_, cell) => cell % 2 === 1) },
      remarks: [...parsed.remarks, "index column dropped"],
      form: "pandas Series",
      spanOf: (numbers, cell) => parsed.spanOf(numbers, 2 * cell + 1),
    };
  },
};

/** Finds the last line, if it gives the size of the DataFrame or the type of the Series (`dtype: float64`). */
function findFooter({ bytes }: Source) {
  const from = Math.max(0, bytes.length - TAIL_BYTES);
  const tail = textOf(bytes, from, bytes.length);
  if (!tail.includes("dtype: ") && !tail.includes(" columns]")) return undefined;
  const at = tail.trimEnd().lastIndexOf("\n") + 1;
  const stated = statedShape(tail.slice(at).trimEnd());
  return (
    stated && {
      start: from + Buffer.byteLength(tail.slice(0, at)),
      isSeries: tail.slice(at).includes("dtype"),
      stated,
    }
  );
}
