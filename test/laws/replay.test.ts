import { expect, test } from "vitest";
import { attend, layer, multihead, posenc, replay, type Trace } from "../../src/index.js";
import { attendExamples } from "../support/attend-examples.js";
import { layerExamples } from "../support/layer-examples.js";
import { posencExamples } from "../support/posenc-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// A recording replayed from equal copies of its inputs gives equal bits.

const random = createRandom(1706);
const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
const projections = { wq: matrix(4, 4), wk: matrix(4, 2), wv: matrix(4, 2), wo: matrix(4, 4) };

const RECORDINGS: readonly (readonly [string, () => Trace])[] = [
  ...attendExamples().map(
    ({ name, inputs, settings }) => [`attend, ${name}`, () => attend(inputs, settings)] as const,
  ),
  ...layerExamples().map(
    ({ name, inputs, settings }) => [`layer, ${name}`, () => layer(inputs, settings)] as const,
  ),
  ...posencExamples().map(
    ({ name, inputs, settings }) => [`posenc, ${name}`, () => posenc(inputs, settings)] as const,
  ),
  [
    "multihead, grouped heads with RoPE and a cache",
    () =>
      multihead(
        { x: matrix(3, 4), ...projections, pastKey: matrix(2, 2), pastValue: matrix(2, 2) },
        { heads: 2, kvHeads: 1, rope: "half-split", causal: true },
      ),
  ],
  [
    "local attention, renormalised",
    () =>
      attend(
        { query: matrix(4, 3), key: matrix(5, 3), value: matrix(5, 2) },
        { scoring: "local-m", localWindow: 2, localRenormalize: true },
      ),
  ],
  [
    "gradients",
    () =>
      multihead(
        { x: matrix(3, 4), ...projections, backward: matrix(3, 4) },
        { heads: 2, kvHeads: 1, causal: true },
      ),
  ],
  ["an output made by the kernel", () => attend({ x: matrix(120, 8) }, { causal: true })],
  ["steps that are not kept", () => attend({ x: matrix(120, 8) }, { stream: true })],
  [
    "steps that are worked out in blocks",
    () => attend({ x: matrix(400, 8) }, { stream: true, scoring: "cosine" }),
  ],
];

test.each(RECORDINGS)("%s", (_, record) => {
  const recorded = record();
  const replace = new Map(
    recorded.inputs.map(({ name, matrix: given }) => [name, { ...given, data: given.data.slice() }]),
  );
  const again = replay(recorded, { replace });
  for (const [index, step] of recorded.steps.entries()) {
    expect(again.steps[index].output().data, step.key).toEqual(step.output().data);
  }
});
