import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MULTIHEAD_INPUTS } from "../../src/attention/heads/multihead.js";
import { LAYER_INPUTS } from "../../src/attention/layer/layer.js";
import { matrixFromRows } from "../../src/math/matrix.js";
import { CHECKPOINTS, recogniseTensors } from "../../src/systems/checkpoints/libraries.js";
import { runCli } from "../support/run-cli.js";

// The layers of torch again, as state dicts that torch, GPT-2, Llama and BERT code would save.

type Rows = readonly (readonly number[])[];

interface Case {
  readonly id: string;
  readonly num_heads: number;
  readonly mask: readonly (readonly boolean[])[] | null;
  readonly expect: { readonly out: Rows };
  readonly [name: string]: unknown;
}

const { cases } = JSON.parse(readFileSync("fixtures/reference/multihead.json", "utf8")) as {
  cases: readonly Case[];
};
const flip = (rows: Rows) => rows[0].map((_, col) => rows.map((row) => row[col]));
const sideBySide = (...parts: readonly Rows[]) =>
  parts[0].map((_, row) => parts.flatMap((part) => part[row]));

/** Tensors as each library stores and names them. In the cases W is in × out. */
const SCHEMES = {
  torch: (w: Record<string, Rows>, b: Record<string, readonly number[]>) => ({
    in_proj_weight: [...flip(w.q), ...flip(w.k), ...flip(w.v)],
    in_proj_bias: [...b.q, ...b.k, ...b.v],
    "out_proj.weight": flip(w.o),
    "out_proj.bias": b.o,
  }),
  "GPT-2": (w: Record<string, Rows>, b: Record<string, readonly number[]>) => ({
    "h.0.ln_1.weight": [1, 1],
    "h.0.attn.c_attn.weight": sideBySide(w.q, w.k, w.v),
    "h.0.attn.c_attn.bias": [...b.q, ...b.k, ...b.v],
    "h.0.attn.c_proj.weight": w.o,
    "h.0.attn.c_proj.bias": b.o,
    "h.0.mlp.c_proj.weight": [[1, 1]],
    "h.0.mlp.c_proj.bias": [1, 1],
  }),
  Llama: (w: Record<string, Rows>, b: Record<string, readonly number[]>) => ({
    ...Object.fromEntries(
      ["q", "k", "v", "o"].map((name) => [`self_attn.${name}_proj.weight`, flip(w[name])]),
    ),
    ...Object.fromEntries(["q", "k", "v", "o"].map((name) => [`self_attn.${name}_proj.bias`, b[name]])),
  }),
  BERT: (w: Record<string, Rows>, b: Record<string, readonly number[]>) => ({
    ...Object.fromEntries(
      [
        ["query", "q"],
        ["key", "k"],
        ["value", "v"],
      ].flatMap(([name, short]) => [
        [`attention.self.${name}.weight`, flip(w[short])],
        [`attention.self.${name}.bias`, b[short]],
      ]),
    ),
    "attention.output.dense.weight": flip(w.o),
    "attention.output.dense.bias": b.o,
    "attention.output.LayerNorm.weight": [1, 1],
  }),
  // W^O has its own names, besides the usual ones of queries, keys and values.
  Phi: (w: Record<string, Rows>, b: Record<string, readonly number[]>) =>
    linear("layers.0.self_attn.", { q_proj: "q", k_proj: "k", v_proj: "v", dense: "o" }, w, b),
  OPT: (w: Record<string, Rows>, b: Record<string, readonly number[]>) =>
    linear("layers.0.self_attn.", { q_proj: "q", k_proj: "k", v_proj: "v", out_proj: "o" }, w, b),
  ALBERT: (w: Record<string, Rows>, b: Record<string, readonly number[]>) => ({
    ...linear("albert_layers.0.attention.", { query: "q", key: "k", value: "v", dense: "o" }, w, b),
    "albert_layers.0.attention.LayerNorm.bias": [0, 0],
    "albert_layers.0.ffn.weight": [[1, 1]],
  }),
  minGPT: (w: Record<string, Rows>, b: Record<string, readonly number[]>) => ({
    ...linear("blocks.0.attn.", { query: "q", key: "k", value: "v", proj: "o" }, w, b),
    "blocks.0.attn.mask": [[1]],
    "blocks.0.mlp.0.weight": [[1, 1]],
  }),
};

/** Linear layers by their names, stored out × in. */
function linear(
  module: string,
  names: Readonly<Record<string, string>>,
  w: Record<string, Rows>,
  b: Record<string, readonly number[]>,
): Record<string, Rows | readonly number[]> {
  const entries = Object.entries(names).flatMap(([name, short]): [string, Rows | readonly number[]][] => [
    [`${module}${name}.weight`, flip(w[short])],
    [`${module}${name}.bias`, b[short]],
  ]);
  return Object.fromEntries(entries);
}

describe.each(Object.entries(SCHEMES))("%s names", (_, store) => {
  test.each(cases.filter(({ id }) => id.startsWith("torch/mha_") && id !== "torch/mha_f32"))(
    "$id",
    async (c) => {
      const w = Object.fromEntries(["q", "k", "v", "o"].map((name) => [name, c[`w_${name}`] as Rows]));
      const b = Object.fromEntries(
        ["q", "k", "v", "o"].map((name) => [name, c[`b_${name}`] as readonly number[]]),
      );
      const { query, key, value, mask } = c;
      const bundle = {
        query,
        key,
        value,
        ...(mask && { mask }),
        ...store(w, b),
        settings: { heads: c.num_heads },
      };
      const { exitCode, stdout, stderr } = await runCli(["multihead", "--json", "--steps", "none"], {
        stdin: JSON.stringify(bundle),
      });
      expect(exitCode, stderr).toBe(0);
      expect(matrixFromRows(JSON.parse(stdout).output)).toBeCloseToMatrix(c.expect.out);
    },
  );
});

test("an option says otherwise: W of torch names stored in × out", async () => {
  const bundle = {
    x: [[1, 2]],
    "q_proj.weight": [
      [1, 0],
      [1, 1],
    ],
  };
  const queryOf = async (...options: string[]) => {
    const { stdout } = await runCli(["multihead", "--json", "--steps", "q", ...options], {
      stdin: JSON.stringify(bundle),
    });
    return JSON.parse(stdout).steps[0].data;
  };
  expect(await queryOf()).toEqual([[1, 3]]); // x·Wᵀ
  expect(await queryOf("--layout", "in-out")).toEqual([[3, 2]]); // x·W
});

test("names are recognised by their ends", () => {
  const names = [
    ...["model.layers.3.self_attn.k_proj.weight", "xq_proj.weight", "ln_f.weight", "c_proj.weight"],
    "h.0.mlp.c_proj.weight", // of the feed-forward layer
  ];
  const recognised = recogniseTensors(names, MULTIHEAD_INPUTS);
  expect(Array.from(recognised, ([name, { input }]) => [name, input])).toEqual([
    ["model.layers.3.self_attn.k_proj.weight", "wk"],
    ["c_proj.weight", "wo"],
  ]);
});

test("the second norm of a torch decoder layer is that of its attention to memory", () => {
  const names = ["multihead_attn.in_proj_weight", "norm2.weight", "norm3.weight"];
  const inputs = (accepted: readonly string[]) =>
    Array.from(recogniseTensors(accepted, LAYER_INPUTS).values(), ({ input }) => input);
  expect(inputs(names)).toEqual(["crossWqkv", "crossNorm", "norm2"]);
  expect(inputs(["linear1.weight", "norm2.weight"])).toEqual(["w1", "norm2"]);
});

// input/bundle.ts looks for names of tensors only in this list.
test("every name of a tensor has a point or a low line", () => {
  const names = CHECKPOINTS.flatMap(({ tensors }) => Object.values(tensors));
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => !/[._]/.test(name))).toEqual([]);
});
