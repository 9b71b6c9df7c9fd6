import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matrixFromRows } from "../../src/math/matrix.js";
import { runCli } from "../support/run-cli.js";

type Rows = readonly (readonly number[])[];
type State = Readonly<Record<string, Rows | readonly number[]>>;

/** One case of fixtures/reference/torch-layers.json; its README says what the fields mean. */
interface Case {
  readonly id: string;
  readonly norm: string;
  readonly activation: string;
  readonly causal: boolean;
  readonly eps?: number;
  readonly memory_length?: number;
  readonly x: Rows;
  readonly memory?: Rows;
  readonly state_dict: State;
  readonly output: Rows;
}

const { layers, transformer } = JSON.parse(readFileSync("fixtures/reference/torch-layers.json", "utf8")) as {
  readonly layers: readonly Case[];
  readonly transformer: Readonly<Record<"source" | "target" | "memory" | "output", Rows>> & {
    readonly state_dict: State;
  };
};

/** The output of a layer for a bundle, which is read as the command line reads it. */
async function runLayer(bundle: object): Promise<Rows> {
  const { exitCode, stdout, stderr } = await runCli(["layer", "--json", "--steps", "none"], {
    stdin: JSON.stringify(bundle),
  });
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout).output;
}

describe("layers of torch.nn, read from their state dicts", () => {
  test.each(layers)("$id", async ({ id: _, x, memory, state_dict, output, memory_length, ...settings }) => {
    const own = { ...settings, heads: 2, ...(memory_length && { memoryLength: memory_length }) };
    const got = await runLayer({ x, ...(memory && { memory }), ...state_dict, settings: own });
    expect(matrixFromRows(got)).toBeCloseToMatrix(output);
  });
});

/** The tensors of one module of a state dict, without the module's name. */
function partOf(state: State, module: string): State {
  const own = Object.entries(state).filter(([name]) => name.startsWith(`${module}.`));
  return Object.fromEntries(own.map(([name, tensor]) => [name.slice(module.length + 1), tensor]));
}

/** The norm that torch applies after the last layer, in plain numbers. */
function normalise(rows: Rows, { weight, bias }: State): Rows {
  return rows.map((row) => {
    const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / row.length;
    return row.map(
      (value, col) => ((value - mean) / Math.sqrt(variance + 1e-5)) * Number(weight[col]) + Number(bias[col]),
    );
  });
}

test("torch.nn.Transformer, layer by layer", async () => {
  const { source, target, state_dict } = transformer;
  let memory = source;
  for (const layer of [0, 1]) {
    memory = await runLayer({
      x: memory,
      ...partOf(state_dict, `encoder.layers.${layer}`),
      settings: { heads: 2 },
    });
  }
  memory = normalise(memory, partOf(state_dict, "encoder.norm"));
  expect(matrixFromRows(memory)).toBeCloseToMatrix(transformer.memory);
  let decoded = target;
  for (const layer of [0, 1]) {
    const tensors = partOf(state_dict, `decoder.layers.${layer}`);
    decoded = await runLayer({ x: decoded, memory, ...tensors, settings: { heads: 2, causal: true } });
  }
  decoded = normalise(decoded, partOf(state_dict, "decoder.norm"));
  expect(matrixFromRows(decoded)).toBeCloseToMatrix(transformer.output);
});
