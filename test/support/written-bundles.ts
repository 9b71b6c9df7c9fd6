import { alone, npzFile, safetensorsFile } from "./binary-files.js";
import type { Rows } from "./homework.js";
import { json, latex, lines } from "./text-layouts.js";

// The same matrices under their names, in every form that holds several.

/** One way to write several matrices by name. */
export interface WrittenBundle {
  readonly name: string;
  readonly ending: string;
  /** Matrices by name. Several with one name are the heads. */
  write(matrices: Readonly<Record<string, Rows>>): string | Uint8Array;
}

const entriesOf = (matrices: Readonly<Record<string, Rows>>) => Object.entries(matrices);
const stacks = (matrices: Readonly<Record<string, Rows>>) =>
  Object.fromEntries(entriesOf(matrices).map(([name, rows]) => [name, alone(rows)]));

/** Forms whose names are like those of variables. A step in a scope needs a form that quotes its names. */
export const WRITTEN_BUNDLES: readonly WrittenBundle[] = [
  { name: "JSON", ending: ".json", write: (matrices) => JSON.stringify(matrices) },
  {
    name: "statements in Python",
    ending: ".py",
    write: (matrices) =>
      entriesOf(matrices)
        .map(([name, rows]) => `${name} = np.array(${json(rows)})\n`)
        .join(""),
  },
  {
    name: "statements in MATLAB",
    ending: ".m",
    write: (matrices) =>
      entriesOf(matrices)
        .map(([name, rows]) => `${name} = [${lines(rows, (row) => row.join(" "), "; ")}];\n`)
        .join(""),
  },
  {
    name: "dictionary",
    ending: ".txt",
    write: (matrices) =>
      `{${entriesOf(matrices)
        .map(([name, rows]) => `'${name}': array(${json(rows)})`)
        .join(", ")}}`,
  },
  {
    name: "JavaScript object",
    ending: ".js",
    write: (matrices) =>
      `{ ${entriesOf(matrices)
        .map(([name, rows]) => `${name}: ${json(rows)}`)
        .join(", ")} }`,
  },
  {
    name: "LaTeX",
    ending: ".tex",
    write: (matrices) =>
      `\\begin{align}\n${entriesOf(matrices)
        .map(([name, rows]) => `${name} &= ${latex("pmatrix")(rows)}`)
        .join(", &\n")}\n\\end{align}`,
  },
  ...(["float64", "float32", "float16"] as const).map((type) => ({
    ...{ name: `.npz ${type}`, ending: ".npz" },
    write: (matrices: Readonly<Record<string, Rows>>) => npzFile(stacks(matrices), type),
  })),
  ...(["float64", "float32", "float16", "bfloat16"] as const).map((type) => ({
    ...{ name: `.safetensors ${type}`, ending: ".safetensors" },
    write: (matrices: Readonly<Record<string, Rows>>) => safetensorsFile(stacks(matrices), type),
  })),
];
