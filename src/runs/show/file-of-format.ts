type Said = Readonly<Record<string, string>>;
type Others = Readonly<Record<string, unknown>>;

/**
 * `-o out.csv` and `-o folder/out` as they are meant: files, since no name of a format has a dot or a slash; `-o -` is standard
 * output.
 */
export const unfoldFile = (typed: string): Said =>
  /[./\\]|^-$/.test(typed) ? { output: typed } : { format: typed };

/** What is named after what is written in it: `-o onnx` is `--emit onnx`, `-o py` `--emit numpy`, unless one matrix is asked for. */
export function unfoldFormat(typed: string, { emit, only }: Others): Said {
  if (typed === "onnx") return { emit: "onnx" };
  if (typed === "py" && only === undefined) return { emit: typeof emit === "string" ? emit : "numpy" };
  return unfoldFile(typed);
}

/** The same of files that end in .onnx or .py, unless something says what stands in them. */
export function unfoldOutput(typed: string, { emit, format, only }: Others): Said {
  const ending = /\.(onnx|py)$/i.exec(typed)?.[1].toLowerCase();
  if (emit !== undefined || ending === undefined) return { output: typed };
  if (ending === "onnx") return { output: typed, emit: "onnx" };
  return format === undefined && only === undefined ? { output: typed, emit: "numpy" } : { output: typed };
}
