import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.js";
import type { Reading } from "../../../src/input/read.js";
import { read } from "./fake-reading.js";

const CASES = 6_000;
/** Ten times what 64 KB may take: a guard against time that grows with the square of the length. */
const LONGEST_MS = 2000;

/** Forms that are read, from which the mutations start. */
const SEEDS: readonly string[] = [
  "[[ 1.   0.5]\n [ nan -inf]]",
  "array([[1.  , 0.25],\n       [0.5 , 2.  ]], dtype=float32)",
  "tensor([[1., 2.]], device='cuda:0', grad_fn=<SoftmaxBackward0>)",
  "<tf.Tensor: shape=(1, 2), dtype=float32, numpy=array([[1., 2.]], dtype=float32)>",
  "[np.float64(1.5), np.int64(2), np.True_]",
  "[(1, 2), (3, 4)]",
  "Q = [1 -2; 3 4];\nK = [1/3 sqrt(2); pi 1 - 2]",
  "{'Q': array([[1., 0.]]), 'K': [[1, 2]]}",
  '{"query": [[1, 2], [3, 4]], "tokens": ["a", "b"], "settings": {"causal": true}}',
  "A =\n\n   1.0e+05 *\n\n    0.0001    1.2346\n    0.0000   -0.5000\n",
  "2×2 Diagonal{Float64, Vector{Float64}}:\n 1.0   ⋅ \n  ⋅   2.0",
  "{{1.5*^-7, 1/3}, {Sqrt[2], 2.`20}}",
  "Matrix([\n[        1, 1/3],\n[sqrt(2)/2,  pi]])",
  "\\left[\\begin{matrix}1 & -2\\\\\\frac{1}{3} & \\sqrt{2}\\end{matrix}\\right]",
  "| the | a | b |\n|:--|--:|--:|\n| x | 1 | 2 |\n| y | 3 | **4** |",
  "┌───┬───┐\n│ 1 │ 2 │\n├───┼───┤\n│ 3 │ 4 │\n└───┴───┘",
  "⎡1  2 ⎤\n⎢     ⎥\n⎣3  √2⎦",
  "Weights  (2×2, query × key)\n     0       1       Σ\n──────────────────────\na  1.0000     ·  1.0000\nb  0.5000  0.5  1.0000\n───────\nΣ  1.5  0.5\n· masked",
  "     [,1] [,2]\n[1,]    1   NA\n[2,]    3    4",
  " [1] 1.0 1.5 2.0\n [4] 2.5",
  "     a    b\n0  1.0  2.0\n1  3.0  4.0\n\n[2 rows x 2 columns]",
  '"w","a"\n"the, ""x""",1\ncat,2\n',
  "1,5;2\n3;4,25\n",
  "# made by numpy\n1.0e+00 0.0e+00\n2D0 ½\n",
  "1 0; 0 1",
];

/** What mutations put in: everything that means something in one of the forms. */
const PIECES = Array.from(" \n\t,;:()[]{}<>|&\\'\"`=+-*/^%#.…·×√π½−\u00a0│─⎡⎦0199eEdfijx_").concat(
  ...[
    [
      "...",
      "nan",
      "inf",
      "1e999",
      "9007199254740993",
      "array(",
      "tensor(",
      "\\begin{bmatrix}",
      "\\end{bmatrix}",
    ],
  ],
  ...[
    [
      "---",
      "Q = ",
      "null",
      "True",
      "e-5",
      "[1,]",
      "[,1]",
      "1.5",
      "np.",
      "\\frac{",
      "\r\n",
      "\r",
      "§",
      "𝑥",
      "dtype",
    ],
  ],
);

/** mulberry32: the same cases in every run. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = seededRandom(2026);
const below = (limit: number): number => Math.floor(random() * limit);
const pick = <T>(items: readonly T[]): T => items[below(items.length)];

function mutate(text: string): string {
  const signs = Array.from(text);
  for (let count = 1 + below(4); count > 0; count--) {
    const at = below(signs.length + 1);
    switch (below(5)) {
      case 0:
        signs.splice(at, 1 + below(6));
        break;
      case 1:
        signs.splice(at, 0, pick(PIECES));
        break;
      case 2:
        signs.splice(at, 1, pick(PIECES));
        break;
      case 3:
        signs.splice(at, 0, ...signs.slice(below(signs.length + 1)));
        break;
      default:
        signs.splice(at, signs.length, ...Array.from(pick(SEEDS)).slice(below(12)));
    }
  }
  return signs.join("");
}

/** A rectangular matrix for every input, or an error with a place: nothing else may come of a text. */
async function expectAnswer(text: string, asOption: boolean): Promise<void> {
  const request = asOption ? { matrices: { query: "-" } } : { sources: ["-"] };
  const outcome: unknown = await read(request, { stdin: text }).catch((error: unknown) => error);
  if (outcome instanceof UserError) {
    const { location } = outcome.details;
    if (location?.source !== "stdin")
      throw new Error(`${JSON.stringify(text)}: ${outcome.message}, without a place`);
    if (location.line !== undefined) return expectPlace(text, location.line, location.column ?? 0);
    return;
  }
  if (outcome instanceof Error) throw new Error(`${JSON.stringify(text)}: ${outcome.stack}`);
  expectMatrices(text, outcome as Reading);
}

function expectPlace(text: string, line: number, column: number): void {
  const lines = text.split(/\r\n|\n|\r/);
  const width = Array.from(lines[line - 1] ?? "").length;
  if (line > lines.length || column < 1 || column > width + 1) {
    throw new Error(`${JSON.stringify(text)}: ${line}:${column} is no place in it`);
  }
}

function expectMatrices(text: string, reading: Reading): void {
  for (const [name, { rows, cols, data }] of Object.entries(reading.matrices)) {
    if (rows * cols !== data.length || data.length === 0)
      throw new Error(`${JSON.stringify(text)}: ${name} is no rectangle`);
    const announced =
      reading.warnings.some((warning) => warning.startsWith(`${name} holds`)) || name === "bias";
    if (!data.every(Number.isFinite) && !announced)
      throw new Error(`${JSON.stringify(text)}: not finite, and not said`);
    const last = { name, row: rows - 1, col: cols - 1 };
    if (!reading.locate(last)?.line || !reading.digits(last)) {
      throw new Error(`${JSON.stringify(text)}: the last cell of ${name} is not found again`);
    }
  }
}

describe("mutated forms", () => {
  it(`give a matrix or an error with its place, in ${CASES} cases`, async () => {
    for (let index = 0; index < CASES; index++) {
      await expectAnswer(mutate(pick(SEEDS)), index % 2 === 0);
    }
  });

  it.each(SEEDS.map((seed, number) => [number, seed] as const))(
    `of 64 KB take at most ${LONGEST_MS} ms: %i %j`,
    async (number, seed) => {
      // Every seed with a fifth of the pieces, and every piece with a fifth of the seeds.
      const pieces = PIECES.filter((_, index) => index % 5 === number % 5);
      const long = pieces.map((piece) => {
        const repeated = [piece, `${piece}1 `, `${piece}  `][number % 3];
        return seed.slice(0, 20) + repeated.repeat(65_000 / repeated.length);
      });
      for (const text of [seed.repeat(65_536 / seed.length), ...long]) {
        // Another process may take the time of one try; a slow reader takes that of both.
        const time = Math.min(await timeOf(text), await timeOf(text));
        if (time > LONGEST_MS)
          expect.fail(`${JSON.stringify(text.slice(0, 60))}… took ${time.toFixed(0)} ms`);
      }
    },
  );
});

/** Milliseconds that the processor took; the clock also counts what other processes take. */
async function timeOf(text: string): Promise<number> {
  const start = process.cpuUsage();
  await expectAnswer(text, true);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
