import { BACKSLASH } from "../bytes.js";
import { checkSaidShape, type SaidShape } from "../said-shape.js";
import { refuseAt, type Source, textOf } from "../source.js";
import { delimited } from "./delimited.js";
import type { Form } from "./form.js";

const TAIL_BYTES = 200;

/** `dtype: float64` below a Series, `[60 rows x 2 columns]` below a DataFrame. */
const FOOTER = /(?:^|\n)((?:Name: [^\n]*, )?(?:Length: \d+, )?dtype: \w+|\[\d+ rows x \d+ columns\])\s*$/;

/** What pandas prints: a DataFrame or a Series with a line about it, or one whose columns stand in blocks. */
export const pandas: Form = {
  name: "pandas",
  looksLike: (source, _, head) =>
    (head.includes("\\") && /^[^\n]*[ \t]\\\r?\n/.test(head)) || findFooter(source) !== undefined,
  async parse(source, options) {
    const footer = findFooter(source);
    if (!footer) {
      const at = source.bytes.indexOf(BACKSLASH);
      const message = `${options.subject}: the columns of this print stand in blocks.`;
      return refuseAt(source, at, "SYNTAX", message, "Print it in one block: print(df.to_string()).");
    }
    // A Series has no header: its first column is the index, as numbers or as labels, which were found already.
    const body = { ...source, bytes: source.bytes.subarray(0, footer.start) };
    const parsed = await delimited.parse(body, options);
    if (parsed.value.kind === "numbers") {
      const { rows, cols } = parsed.value;
      checkSaidShape(source, footer.start, footer.said, { rows, cols });
    }
    if (parsed.value.kind !== "numbers" || !footer.isSeries || parsed.labels) return nameForm(parsed);
    const { cols, data } = parsed.value;
    if (cols !== 2) return nameForm(parsed);
    const value = { ...parsed.value, cols: 1, data: data.filter((_, cell) => cell % 2 === 1) };
    const remarks = [...parsed.remarks, "index column dropped"];
    const spanOf: typeof parsed.spanOf = (numbers, cell) => parsed.spanOf(numbers, 2 * cell + 1);
    return { ...parsed, value, remarks, form: "pandas Series", spanOf };
  },
};

function nameForm<T extends object>(parsed: T): T & { readonly form: string } {
  return { ...parsed, form: "pandas print" };
}

interface Footer {
  readonly start: number;
  readonly isSeries: boolean;
  readonly said: SaidShape;
}

function findFooter({ bytes }: Source): Footer | undefined {
  const from = Math.max(0, bytes.length - TAIL_BYTES);
  const tail = textOf(bytes, from, bytes.length);
  const match = tail.includes("dtype: ") || tail.includes(" columns]") ? FOOTER.exec(tail) : null;
  if (!match) return undefined;
  const length = /Length: (\d+)/.exec(match[1]);
  const [, rows = length?.[1], cols] = /\[(\d+) rows x (\d+)/.exec(match[1]) ?? [];
  return {
    start: from + Buffer.byteLength(tail.slice(0, match.index)) + 1,
    said: { ...(rows && { rows: Number(rows) }), ...(cols && { cols: Number(cols) }) },
    isSeries: match[1].includes("dtype"),
  };
}
