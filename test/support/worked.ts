import { readdirSync, readFileSync } from "node:fs";

/** A published example as fixtures/worked/README.md describes it. */
export interface Worked {
  readonly id: string;
  readonly kind: string;
  readonly inputs: Readonly<Record<string, number[][]>>;
  readonly settings: {
    readonly scale?: "sqrt_dk" | "none" | number;
    readonly mask?: "none" | "causal";
    readonly d_k?: number;
    readonly weight_layout?: string;
    readonly function?: string;
    readonly heads?: number;
  };
  readonly published: Readonly<Record<string, (number | null)[][]>>;
  readonly published_decimals: Readonly<Record<string, number | number[][]>>;
  readonly verdict: Readonly<Record<string, string>>;
}

export function readWorked(...kinds: readonly string[]): readonly Worked[] {
  return readdirSync("fixtures/worked")
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(`fixtures/worked/${file}`, "utf8")) as Worked)
    .filter(({ kind }) => kinds.includes(kind));
}

const INPUT_NAMES: Readonly<Record<string, string>> = {
  ...{ Q: "query", K: "key", V: "value", X: "x", Wq: "wq", Wk: "wk", Wv: "wv", scores: "scores" },
  ...{ query: "query", keys: "key", values: "value" },
};

const STEP_NAMES: Readonly<Record<string, string>> = {
  ...{ Q: "q", K: "k", V: "v", scores: "scores", scaled: "scaled-scores", exp: "exponentials" },
  ...{ expsum: "row-sums", weights: "weights", output: "output" },
};

/** Finds the step of a published matrix. q, k, v and scores may be inputs of the run, which have no step. */
export function stepOf(name: string): string {
  return STEP_NAMES[name] ?? name;
}

/** The bundle that qkv takes. */
export function bundleOf({ inputs, settings }: Worked): Record<string, unknown> {
  const { scale, d_k: dK } = settings;
  const divisor = typeof scale === "number" ? scale : scale === "sqrt_dk" && dK ? Math.sqrt(dK) : undefined;
  return {
    ...Object.fromEntries(Object.entries(inputs).map(([name, rows]) => [INPUT_NAMES[name], rows])),
    settings: {
      ...(settings.function === "dot" || scale === "none" ? { scale: "none" } : {}),
      ...(divisor !== undefined && { scale: 1 / divisor }),
      ...(settings.mask === "causal" && { causal: true }),
      ...(settings.weight_layout && { layout: "out-in" }),
      ...(settings.heads !== undefined && { heads: settings.heads }),
    },
  };
}

/** The published numbers of these steps as JSON text, with the decimals they were printed with. */
export function sheetOf(example: Worked, names: readonly string[]): string {
  const members = names.map((name) => {
    const decimals = example.published_decimals[name];
    const rows = example.published[name].map((cells, row) => {
      const texts = cells.map((cell, col) => {
        const typed = typeof decimals === "number" ? decimals : decimals[row][col];
        return cell === null ? "null" : cell.toFixed(typed);
      });
      return `[${texts.join(", ")}]`;
    });
    return `"${stepOf(name)}": [${rows.join(", ")}]`;
  });
  return `{${members.join(", ")}}`;
}
