import type { InputName } from "../../attention/inputs.js";
import { createMatrix, type Matrix } from "../../math/matrix.js";
import type { Random } from "../../math/random.js";
import type { CommandSpec } from "../../runs/command-spec.js";
import { attend } from "../attend.js";
import { layer } from "../layer.js";
import { multihead } from "../multihead.js";
import { posenc } from "../posenc.js";

/** The input of a problem for a student: matrices of friendly numbers, settings, and the text of the task. */
interface Draft {
  readonly matrices: Readonly<Partial<Record<InputName, Matrix>>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly task: string;
}

/** A kind of exercise. */
export interface Kind {
  readonly title: string;
  readonly command: CommandSpec;
  /** Draws a draft. It is called again until the numbers are friendly. */
  draw(random: Random): Draft;
  /** `intermediate` has the ids of the intermediate steps, in order. `end` has those of the last steps, which are always blank. */
  readonly intermediate: readonly string[];
  readonly end: readonly string[];
  /**
   * Returns the mistakes that must give different numbers in every problem of this kind. Some apply only to a draft
   * with a mask.
   */
  mistakes(draft: Draft): readonly string[];
}

const pick = (random: Random, from: readonly number[]) => from[Math.floor(random.uniform() * from.length)];

/** Draws matrices of these shapes. Each number is one of the list in its shape. */
const drawn = (random: Random, shapes: Shapes) =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, [rows, cols, from]]) => [
      name,
      createMatrix(rows, cols, () => pick(random, from)),
    ]),
  );

type Shape = readonly [rows: number, cols: number, from: readonly number[]];
type Shapes = Readonly<Partial<Record<InputName, Shape>>>;

const SMALL = [-1, 0, 1, 2];
const VALUES = [-2, -1, 0, 1, 2, 3, 4];
const WEIGHTS = [-1, 0, 0, 1];
const SPARSE = [-1, 0, 0, 0, 1, 1];

/** A weight matrix of a layer of four columns. */
const SQUARE: Shape = [4, 4, WEIGHTS];

/** Queries, keys and values of an attention of three tokens. d_k is 4, so √d_k is 2. */
const VECTORS: Shapes = { query: [3, 4, SMALL], key: [3, 4, SMALL], value: [3, 2, VALUES] };

const ATTENTION = ["scores", "scaled-scores", "masked-scores", "exponentials", "row-sums"];

const SCALE_MISTAKES = ["scale-missing", "scale-by-dk", "scale-multiplied"];
const SOFTMAX_MISTAKES = ["softmax-over-columns", "softmax-base-2", "softmax-not-normalised"];

export const KINDS = {
  attend: {
    title: "Scaled dot-product attention",
    command: attend,
    draw(random) {
      const causal = random.uniform() < 0.5;
      const rest = causal ? " Query i may attend to the keys 0 to i." : "";
      return {
        matrices: drawn(random, VECTORS),
        settings: causal ? { causal } : {},
        task: `Compute the attention of the queries Q to the keys K with the values V: O = softmax(Q Kᵀ / √d_k) V, with d_k = 4.${rest}`,
      };
    },
    intermediate: ATTENTION,
    end: ["weights", "output"],
    mistakes: ({ settings }) => [
      ...SCALE_MISTAKES,
      ...SOFTMAX_MISTAKES,
      ...(settings.causal
        ? ["mask-missing", "mask-zero-fill", "mask-after-softmax"]
        : ["weights-transposed", "scores-transposed"]),
    ],
  },
  multihead: {
    title: "Multi-head attention",
    command: multihead,
    draw: (random) => ({
      matrices: drawn(random, {
        x: [3, 3, [-1, 0, 1, 1]],
        wq: [3, 8, SPARSE],
        wk: [3, 8, SPARSE],
        wv: [3, 4, WEIGHTS],
        wo: [4, 4, WEIGHTS],
      }),
      settings: { heads: 2 },
      task: "Compute the multi-head attention of X with two heads: Q = X W^Q, K = X W^K, V = X W^V; head 0 takes the first half of the columns of each, head 1 the second, and d_k = 4; the output is the heads side by side, times W^O.",
    }),
    intermediate: [
      "q",
      "k",
      "v",
      "head 0/scores",
      "head 1/scores",
      "head 0/weights",
      "head 1/weights",
      "concat",
    ],
    end: ["output"],
    mistakes: () => [...SCALE_MISTAKES, "heads-strided", "output-projection-missing"],
  },
  posenc: {
    title: "Sinusoidal positions",
    command: posenc,
    draw(random) {
      const base = pick(random, [100, 10_000]);
      const first = 1 + Math.floor(random.uniform() * 9);
      const gaps = [0, 1 + Math.floor(random.uniform() * 4), 5 + Math.floor(random.uniform() * 6)];
      const places = gaps.map((gap) => first + gap);
      return {
        matrices: { positions: createMatrix(1, 3, (_, at) => places[at]) },
        settings: { dModel: 4, base },
        task: `Compute the sinusoidal encodings with d = 4 of the positions ${places.join(", ")}: PE(pos, 2i) = sin(pos / ${base}^(2i/d)), PE(pos, 2i + 1) = cos of the same angle, in radians.`,
      };
    },
    intermediate: ["rates", "angles"],
    end: ["encoding"],
    mistakes: () => ["sin-cos-swapped", "sin-cos-halves", "angle-in-degrees", "position-from-one"],
  },
  layer: {
    title: "A layer of a transformer",
    command: layer,
    draw: (random) => ({
      matrices: drawn(random, {
        x: [2, 4, SMALL],
        wq: SQUARE,
        wk: SQUARE,
        wv: SQUARE,
        w1: SQUARE,
        w2: SQUARE,
      }),
      settings: { heads: 1 },
      task: "Compute a layer with one head: attention with Q = X W^Q, K = X W^K, V = X W^V and d_k = 4; x + attention, and its layer norm with ε = 0.00001, without weight and bias; W₁, the ReLU and W₂ of that; the sum of both, and its layer norm.",
    }),
    intermediate: [
      "head 0/scores",
      "head 0/weights",
      "attention-output",
      "residual-1",
      "norm-1",
      "feed-forward-1",
      "activation",
      "feed-forward-2",
      "residual-2",
    ],
    end: ["output"],
    mistakes: () => [...SCALE_MISTAKES, "softmax-over-columns"],
  },
  gradients: {
    title: "The backward pass of attention",
    command: attend,
    draw: (random) => ({
      matrices: drawn(random, { ...VECTORS, backward: [3, 2, SMALL] }),
      settings: {},
      task: "dO is the gradient of a loss with respect to the output O = softmax(Q Kᵀ / √d_k) V, with d_k = 4. Compute the gradients with respect to V, Q and K.",
    }),
    intermediate: ["weights", "output", "d-weights", "d-row-dots", "d-scaled-scores", "d-scores"],
    end: ["d-value", "d-query", "d-key"],
    mistakes: () => [
      "grad-softmax-elementwise",
      "grad-row-dots-missing",
      "grad-scale-missing",
      "grad-query-key-swapped",
    ],
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];
