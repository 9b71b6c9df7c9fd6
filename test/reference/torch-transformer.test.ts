import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { matrixOf, model, type PlainModel, type Trace } from "../../src/index.js";
import { matrixFromRows } from "../../src/math/matrix.js";

type Rows = readonly (readonly number[])[];

/** One case of fixtures/reference/torch-transformer.json; its README says what the fields mean. */
interface Case extends PlainModel {
  readonly encoder: readonly Rows[];
  readonly memory: Rows;
  readonly decoder: readonly Rows[];
  readonly cross_attentions: readonly (readonly Rows[])[];
  readonly logits: Rows;
  readonly generated: readonly number[];
  readonly loss: number;
  readonly gradients: Readonly<Record<"embedding" | "cross" | "encoder", Rows>>;
}

const { source, target, cases } = JSON.parse(
  readFileSync("fixtures/reference/torch-transformer.json", "utf8"),
) as {
  readonly source: readonly number[];
  readonly target: readonly number[];
  readonly cases: Readonly<Record<string, Case>>;
};

const streams = (trace: Trace, stack: string, count: number) =>
  Array.from({ length: count }, (_, at) =>
    matrixOf(trace, at === 0 ? `${stack}/embedding` : `${stack}/layer ${at - 1}/residual`),
  );

describe.each(Object.entries(cases))("a Transformer around torch.nn.Transformer: %s", (_, expected) => {
  const { config, tensors } = expected;
  const given = { ids: source, decoderIds: target };
  const trace = model({ config, tensors }, given);

  test("residual streams of both stacks, and what the encoder hands over", () => {
    for (const stack of ["encoder", "decoder"] as const)
      for (const [at, stream] of streams(trace, stack, 3).entries())
        expect(stream).toBeCloseToMatrix(expected[stack][at]);
    const hasNorm = trace.steps.some(({ key }) => key === "encoder/final-norm");
    const memory = matrixOf(trace, hasNorm ? "encoder/final-norm" : "encoder/layer 1/residual");
    expect(memory).toBeCloseToMatrix(expected.memory);
  });

  test("weights of the attention to the source, and logits", () => {
    for (const [layer, heads] of expected.cross_attentions.entries())
      for (const [head, weights] of heads.entries())
        expect(matrixOf(trace, `decoder/layer ${layer}/cross-head ${head}/weights`)).toBeCloseToMatrix(
          weights,
        );
    expect(matrixOf(trace, "logits")).toBeCloseToMatrix(expected.logits);
  });

  test("goes on with the same tokens, from a cache", () => {
    const { generated } = model({ config, tensors }, { ...given, generate: 6 }).facts;
    expect(generated.value).toMatchObject({ ids: expected.generated });
  });

  test("gradients of a cross-entropy: through the embedding, the attention to the source and the encoder", () => {
    const learned = model(
      { config, tensors, target: matrixFromRows([[7], [1], [0]]) },
      { ...given, loss: "cross-entropy" },
    );
    const gradients = learned.results.gradients as Readonly<Record<string, string>>;
    expect(matrixOf(learned, String(learned.results.loss)).data[0]).toBeCloseTo(expected.loss, 12);
    const ofName = (name: string) => matrixOf(learned, gradients[name]);
    expect(ofName("embedding.weight")).toBeCloseToMatrix(expected.gradients.embedding);
    expect(ofName("transformer.decoder.layers.0.multihead_attn.out_proj.weight")).toBeCloseToMatrix(
      expected.gradients.cross,
    );
    expect(ofName("transformer.encoder.layers.0.linear1.weight")).toBeCloseToMatrix(
      expected.gradients.encoder,
    );
  });
});
