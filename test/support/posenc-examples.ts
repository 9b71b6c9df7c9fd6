import { KIND_NAMES, type KindName } from "../../src/attention/positions/registry.js";
import { SCALING_NAMES, type ScalingName } from "../../src/attention/positions/scaling.js";
import type { PosencInputs, PosencSettings } from "../../src/index.js";
import { createRandom, randomMatrix } from "./random.js";

export interface PosencExample {
  readonly name: string;
  readonly inputs: PosencInputs;
  readonly settings: Partial<PosencSettings>;
}

/** The settings that each scaling needs. A new scaling without them does not compile. */
export const SCALING_EXAMPLES: Readonly<Record<ScalingName, Partial<PosencSettings>>> = {
  linear: { scalingFactor: 4 },
  ntk: { scalingFactor: 4 },
  dynamic: { scalingFactor: 4, originalLength: 3 },
  yarn: { scalingFactor: 4, originalLength: 300, betaFast: 20, betaSlow: 0.5 },
  llama3: { scalingFactor: 8, originalLength: 60 },
  longrope: { scalingFactor: 2, originalLength: 64, factors: [1, 1.5, 2, 4] },
};

/** One example for each kind, then one for each kind of input and each option. */
export function posencExamples(): readonly PosencExample[] {
  const random = createRandom(17);
  const x = randomMatrix(random, 5, 8);
  const table = randomMatrix(random, 9, 4);
  const kinds: Readonly<Record<KindName, Pick<PosencExample, "inputs" | "settings">>> = {
    sinusoidal: { inputs: {}, settings: { length: 5, dModel: 6 } },
    rope: { inputs: { x }, settings: {} },
    alibi: { inputs: {}, settings: { length: 4, heads: 3 } },
    t5: { inputs: {}, settings: { length: 40 } },
    clipped: { inputs: {}, settings: { length: 6, maxDistance: 2 } },
    learned: { inputs: { table, positions: [[3, 0, 8]] }, settings: { dotProducts: true } },
  };
  const rope = { kind: "rope", pairs: "half-split" } as const;
  return [
    ...KIND_NAMES.map((kind) => ({
      name: kind,
      inputs: kinds[kind].inputs,
      settings: { kind, ...kinds[kind].settings },
    })),
    ...SCALING_NAMES.map((scaling) => ({
      ...{ name: `${scaling} scaling`, inputs: { x } },
      settings: { ...rope, scaling, ...SCALING_EXAMPLES[scaling] },
    })),
    {
      name: "x added",
      inputs: { x, tokens: ["a", "b", "c", "d", "e"] },
      settings: { embeddingScale: "sqrt" },
    },
    { name: "tensor2tensor", inputs: {}, settings: { convention: "tensor2tensor", length: 4, dModel: 7 } },
    { name: "fairseq", inputs: {}, settings: { convention: "fairseq", length: 4, dModel: 6, shift: 2 } },
    { name: "far positions", inputs: { positions: [[99_999, 1e6, -3.5]] }, settings: { dModel: 6 } },
    { name: "a last sine", inputs: {}, settings: { length: 4, dModel: 5, oddD: "sine" } },
    { name: "an odd d", inputs: {}, settings: { length: 4, dModel: 5, oddD: "zero", shift: 3 } },
    { name: "shift", inputs: {}, settings: { length: 12, dModel: 6, shift: 3, dotProducts: true } },
    { name: "shift backwards, one position", inputs: {}, settings: { length: 1, dModel: 4, shift: -1 } },
    { name: "rope shifted", inputs: { x }, settings: { ...rope, shift: 7, offset: 4 } },
    { name: "rope in part", inputs: { x }, settings: { kind: "rope", rotarySize: 4 } },
    { name: "rope without vectors", inputs: {}, settings: { kind: "rope", length: 3, dModel: 4 } },
    {
      name: "symmetric alibi",
      inputs: {},
      settings: { kind: "alibi", length: 3, heads: 2, symmetric: true, biasMax: 4 },
    },
    {
      name: "causal t5",
      inputs: {},
      settings: { kind: "t5", length: 20, causal: true, buckets: 8, maxDistance: 16 },
    },
    {
      name: "relative t5",
      inputs: {
        positions: [
          [0, 1],
          [-200, 55],
        ],
      },
      settings: { kind: "t5", relative: true },
    },
    { name: "a given encoding", inputs: { encoding: randomMatrix(random, 7, 4) }, settings: { shift: 2 } },
  ];
}
