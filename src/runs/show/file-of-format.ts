type OptionValues = Readonly<Record<string, string>>;
type OtherOptions = Readonly<Record<string, unknown>>;

/**
 * Distinguishes files from formats: `-o out.csv` and `-o folder/out` are files, because no name of a format has a dot
 * or a slash. `-o -` is stdout.
 */
export const unfoldFile = (typed: string) =>
  /[./\\]|^-$/.test(typed) ? { output: typed } : { format: typed };

/**
 * Expands formats that mean a script: `-o onnx` is `--emit onnx`. `-o py` is `--emit numpy`, unless one matrix is asked
 * for.
 */
export function unfoldFormat(typed: string, { emit, only }: OtherOptions): OptionValues {
  if (typed === "onnx") return { emit: "onnx" };
  if (typed === "py" && only === undefined) return { emit: typeof emit === "string" ? emit : "numpy" };
  return unfoldFile(typed);
}

/** Does the same for files that end in .onnx or .py, unless an option says what to write. */
export function unfoldOutput(typed: string, { emit, format, only }: OtherOptions): OptionValues {
  const ending = /\.(onnx|py)$/i.exec(typed)?.[1].toLowerCase();
  if (emit !== undefined || ending === undefined) return { output: typed };
  if (ending === "onnx") return { output: typed, emit: "onnx" };
  return format === undefined && only === undefined ? { output: typed, emit: "numpy" } : { output: typed };
}
