import { alone, npyFile, npzFile, safetensorsFile } from "./binary-files.js";
import type { Rows } from "./homework.js";
import {
  boxed,
  braces,
  dput,
  drawn,
  json,
  latex,
  lines,
  markdown,
  names,
  nested,
  padded,
  pandas,
  pointed,
  r,
  record,
  ruled,
  separated,
  shape,
  sizes,
} from "./text-layouts.js";

// The same matrices in every form that qkv reads. A new form gets a line here, and is tested like the others.

/** One way to write a matrix. */
export interface WrittenForm {
  readonly name: string;
  /** The ending of a file: ".csv". */
  readonly ending: string;
  write(rows: Rows): string | Uint8Array;
  /** What has to follow the name of the file to choose the matrix. */
  readonly pick?: string;
  /** Whether only the file's name shows the form, so that it cannot be a value on a command line. */
  readonly isFileOnly?: true;
  /** Whether its words are not those of the matrix row by row. Then damage to its text cannot be judged. */
  readonly isOutOfOrder?: true;
  /** Whether it needs more than one column, because a single one is read as something else. */
  readonly isWide?: true;
}

/** Texts that are a matrix by themselves. */
const TEXT_FORMS: readonly WrittenForm[] = [
  { name: "JSON", ending: ".json", write: json },
  { name: "plain rows", ending: ".txt", write: separated(" ") },
  { name: "CSV", ending: ".csv", write: separated(","), isFileOnly: true },
  { name: "TSV", ending: ".tsv", write: separated("\t") },
  { name: "CSV with semicolons", ending: ".csv", write: separated(";"), isFileOnly: true },
  {
    name: "CSV with decimal commas",
    ending: ".csv",
    isFileOnly: true,
    // 1,25 alone in every line is two cells.
    isWide: true,
    write: (rows) => lines(rows, (row) => row.map((value) => pointed(value).replace(".", ",")).join(";")),
  },
  {
    name: "CSV with names on both sides",
    ending: ".csv",
    isFileOnly: true,
    write: (rows) =>
      [`word,${names(rows[0].length)}`, ...rows.map((row, index) => `w${index}x,${row}`)].join("\n"),
  },
  {
    name: "NumPy print",
    ending: ".txt",
    write: (rows) => `[${lines(rows, (row) => `[${row.map(pointed).join(" ")}]`, "\n ")}]`,
  },
  {
    name: "NumPy array",
    ending: ".py",
    write: (rows) => `array(${nested("[", ",\n       ", "]", ", ", pointed)(rows)}, dtype=float32)`,
  },
  {
    name: "NumPy scalars",
    ending: ".py",
    write: nested("[", ", ", "]", ", ", (value) => `np.float64(${pointed(value)})`),
  },
  {
    name: "Python tuples",
    ending: ".py",
    write: (rows) => `[${lines(rows, (row) => `(${row.join(", ")},)`, ", ")}]`,
  },
  { name: "at a prompt", ending: ".txt", write: (rows) => `>>> q = ${json(rows)}` },
  {
    name: "torch tensor",
    ending: ".txt",
    write: (rows) =>
      `tensor(${nested("[", ",\n        ", "]", ", ", pointed)(rows)}, device='cuda:0', grad_fn=<AddBackward0>)`,
  },
  {
    name: "torch display",
    ending: ".txt",
    write: (rows) => `${padded(rows).join("\n")}\n[ CPUFloatType{${rows.length},${rows[0].length}} ]`,
  },
  {
    name: "JAX array",
    ending: ".txt",
    write: (rows) => `Array(${nested("[", ",\n       ", "]", ", ", pointed)(rows)}, dtype=float32)`,
  },
  {
    name: "MATLAB literal",
    ending: ".m",
    write: (rows) => `[${lines(rows, (row) => row.join(", "), "; ")}];`,
  },
  { name: "Octave display", ending: ".txt", write: (rows) => `q =\n\n${padded(rows, "   ").join("\n")}\n` },
  {
    name: "MATLAB display with a factor",
    ending: ".txt",
    write: (rows) =>
      `q =\n\n   1.0e+02 *\n\n${rows.map((row) => row.map((value) => (value / 100).toFixed(6).padStart(12)).join("")).join("\n")}\n`,
  },
  {
    name: "Julia display",
    ending: ".txt",
    write: (rows) => `${shape(rows)} Matrix{Float64}:\n${padded(rows, " ").join("\n")}`,
  },
  {
    name: "JSON with a shape",
    ending: ".json",
    write: (rows) => JSON.stringify({ data: rows.flat(), shape: [rows.length, rows[0].length] }),
    isOutOfOrder: true,
  },
  { name: "JSON records", ending: ".json", write: (rows) => `[${lines(rows, record, ", ")}]` },
  { name: "JSON Lines", ending: ".jsonl", write: (rows) => lines(rows, record), isFileOnly: true },
  {
    name: "pandas split",
    ending: ".json",
    write: (rows) =>
      JSON.stringify({ columns: names(rows[0].length), index: rows.map((_, row) => row), data: rows }),
    isFileOnly: true,
    isOutOfOrder: true,
  },
  { name: "R dput", ending: ".R", write: dput, isOutOfOrder: true },
  { name: "R matrix", ending: ".txt", write: r },
  { name: "Wolfram list", ending: ".wl", write: braces },
  { name: "sympy matrix", ending: ".txt", write: (rows) => `Matrix(${nested("[", ",\n", "]", ", ")(rows)})` },
  { name: "drawn matrix", ending: ".txt", write: drawn },
  {
    name: "Rust literal",
    ending: ".rs",
    write: (rows) => `vec![${lines(rows, (row) => `vec![${row.map(pointed).join(", ")}]`, ", ")}]`,
  },
  { name: "C literal", ending: ".c", write: (rows) => `double q${sizes(rows)} = ${braces(rows)};` },
  { name: "Go literal", ending: ".go", write: (rows) => `[][]float64${braces(rows)}` },
  { name: "Java literal", ending: ".java", write: (rows) => `new double[][] ${braces(rows)}` },
  { name: "OCaml array", ending: ".ml", write: nested("[|", "; ", "|]", "; ", pointed) },
  { name: "LaTeX", ending: ".tex", write: latex("pmatrix") },
  { name: "LaTeX bmatrix in dollars", ending: ".tex", write: (rows) => `$${latex("bmatrix")(rows)}$` },
  { name: "Markdown table", ending: ".md", write: markdown },
  { name: "boxed table", ending: ".txt", write: boxed },
  { name: "psql table", ending: ".txt", write: ruled },
  { name: "pandas frame", ending: ".txt", write: pandas },
];

const BINARY_FORMS: readonly WrittenForm[] = [
  {
    name: ".npy float64",
    ending: ".npy",
    write: (rows) => npyFile(alone(rows), "float64"),
    isFileOnly: true,
  },
  {
    name: ".npy float32",
    ending: ".npy",
    write: (rows) => npyFile(alone(rows), "float32"),
    isFileOnly: true,
  },
  {
    name: ".npy float16",
    ending: ".npy",
    write: (rows) => npyFile(alone(rows), "float16"),
    isFileOnly: true,
  },
  {
    name: ".npy in Fortran order",
    ending: ".npy",
    write: (rows) => npyFile(alone(rows), "float64", true),
    isFileOnly: true,
  },
  {
    name: ".npz without names",
    ending: ".npz",
    write: (rows) => npzFile({ arr_0: alone(rows) }, "float64"),
    isFileOnly: true,
  },
  {
    name: ".npz with a pick",
    ending: ".npz",
    write: (rows) => npzFile({ other: [[[7]]], q: alone(rows) }, "float32"),
    isFileOnly: true,
    pick: ":q",
  },
  ...(["float64", "float32", "float16", "bfloat16"] as const).map((type) => ({
    ...{ name: `.safetensors ${type} with a pick`, ending: ".safetensors", pick: ":q:1" },
    ...({ isFileOnly: true } as const),
    write: (rows: Rows) => safetensorsFile({ q: [rows.map((row) => row.map(() => 9)), rows] }, type),
  })),
];

export const WRITTEN_FORMS: readonly WrittenForm[] = [...TEXT_FORMS, ...BINARY_FORMS];
