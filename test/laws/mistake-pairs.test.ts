import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { WorkedExamples } from "../../scripts/mistakes-page.js";
import type { Homework } from "../../src/check/mistakes/mistake.js";
import { MISTAKES } from "../../src/check/mistakes/registry.js";
import { changesOf, UNCHANGED } from "../../src/check/person/changes.js";
import { Numbers } from "../../src/check/person/numbers.js";
import { sourcesOf } from "../../src/check/solution.js";
import { attend, layer, multihead, posenc, type Trace } from "../../src/index.js";
import { homeworkOf } from "../../src/library/homework.js";
import { attendExamples } from "../support/attend-examples.js";
import { layerExamples } from "../support/layer-examples.js";
import { type Given, homework, mistakeOf, writtenIn } from "../support/mistaken.js";
import { posencExamples } from "../support/posenc-examples.js";
import { createRandom, randomMatrix } from "../support/random.js";

// Any two mistakes can be made together, in either order: the solution with both can be computed, and each step keeps
// its shape.

const { problems } = JSON.parse(readFileSync("fixtures/mistakes.json", "utf8")) as WorkedExamples;

const random = createRandom(2112);
const matrix = (rows: number, cols: number) => randomMatrix(random, rows, cols);
const projections = { wq: matrix(4, 4), wk: matrix(4, 2), wv: matrix(4, 2), wo: matrix(4, 4) };

type Named = readonly [string, () => Homework | undefined];

/** Examples with other recipes than the worked problems have. */
const OTHERS = new Set([
  ...["additive scoring", "local-m scoring", "local-p scoring", "encoder-decoder", "one token"],
  ...["everything at once", "mask with an empty row, multiply-exp", "attentional vector"],
  ...["positions and segments added", "RMS norms and a gate", "memory"],
  ...["norms of each head's queries and keys", "attention and feed-forward beside each other"],
  ...["rope in part", "yarn scaling", "rope without vectors", "x added", "shift", "a last sine"],
]);

const listed = <Example extends { readonly name: string }>(
  command: string,
  examples: readonly Example[],
  record: (example: Example) => Trace,
): readonly Named[] =>
  examples
    .filter(({ name }) => OTHERS.has(name))
    .map((example) => [`${command}, ${example.name}`, () => homeworkOf(record(example))] as const);

const HEADS: readonly Named[] = [
  [
    "multihead, grouped heads with RoPE, a cache and gradients",
    () => {
      const past = { pastKey: matrix(2, 2), pastValue: matrix(2, 2) };
      const settings = { heads: 2, kvHeads: 1, rope: "half-split", causal: true } as const;
      return homeworkOf(
        multihead({ x: matrix(3, 4), ...projections, ...past, backward: matrix(3, 4) }, settings),
      );
    },
  ],
  [
    "layer, gradients",
    () => {
      const feedForward = { w1: matrix(4, 6), w2: matrix(6, 4), norm1: matrix(1, 4) };
      return homeworkOf(layer({ x: matrix(3, 4), ...feedForward, backward: matrix(3, 4) }, { heads: 2 }));
    },
  ],
];

const PROBLEMS: readonly Named[] = [
  ...Object.entries(problems).map(
    ([name, { command, problem }]) => [name, () => homework([command, problem] as Given)] as const,
  ),
  ...listed("attend", attendExamples(), ({ inputs, settings }) => attend(inputs, settings)),
  ...listed("layer", layerExamples(), ({ inputs, settings }) => layer(inputs, settings)),
  ...listed("posenc", posencExamples(), ({ inputs, settings }) => posenc(inputs, settings)),
  ...HEADS,
];

/** Finds the steps of a solution that cannot be computed, or have another shape than before. */
function failures(trace: Trace, numbers: Numbers): readonly string[] {
  return trace.steps.flatMap(({ key, shape }) => {
    try {
      const { rows, cols, data } = numbers.of(key);
      const isMeant = rows === shape.rows && cols === shape.cols && data.length === rows * cols;
      return isMeant ? [] : [`${key} is ${rows}×${cols}, not ${shape.rows}×${shape.cols}`];
    } catch (error) {
      return [`${key}: ${String(error)}`];
    }
  });
}

/** Each pair of mistakes is made in every third problem: all of them take a minute. */
const EVERY = 3;

/** Finds all that goes wrong when further mistakes are made in a solution with one. */
function failuresBeside(given: Homework, trace: Trace, one: string, turn: number): readonly string[] {
  const first = new Numbers(sourcesOf(trace), UNCHANGED);
  return MISTAKES.filter(({ id }, at) => id !== one && (at + turn) % EVERY === 0).flatMap((other) => {
    try {
      const both = other.apply({ ...given, trace });
      return both.flatMap((solution) =>
        failures(solution, first.with(changesOf(trace, solution))).map(
          (text) => `${one}, then ${other.id}: ${text}`,
        ),
      );
    } catch (error) {
      return [`${one}, then ${other.id}: ${String(error)}`];
    }
  });
}

test.each(PROBLEMS)("%s: mistakes can be made beside each other", (name, record) => {
  const given = record();
  if (!given) throw new Error("nobody knows how this was recorded");
  const problem = PROBLEMS.findIndex(([one]) => one === name);
  const found = MISTAKES.flatMap(({ id, apply }, at) =>
    apply(given).flatMap((trace) => failuresBeside(given, trace, id, at + problem)),
  );
  expect([...new Set(found)]).toEqual([]);
});

test("every mistake is made in some of these problems", () => {
  const made = new Set(
    PROBLEMS.flatMap(([, record]) => {
      const given = record();
      return given ? MISTAKES.filter(({ apply }) => apply(given).length > 0).map(({ id }) => id) : [];
    }),
  );
  // Mistakes that are read off a wrong sheet cannot be made here, because these sheets are right.
  // fixtures/mistakes.json has sheets for them.
  const own = MISTAKES.filter(({ applyAt, id }) => !applyAt || id === "base-off").map(({ id }) => id);
  expect(own.filter((id) => !made.has(id))).toEqual([]);
});

describe("a residual sum is still added when the step is done otherwise", () => {
  /** The numbers of the solutions with both mistakes. */
  function both(given: Given, one: string, other: string, key: string): readonly string[] {
    const own = homework(given);
    return mistakeOf(one)
      .apply(own)
      .flatMap((trace) => mistakeOf(other).apply({ ...own, trace }))
      .map((trace) => writtenIn(trace, key));
  }

  test("α V becomes αᵀ V, and the query is added", () => {
    // Scores 0 and ln 3: α = [1/2 1/2; 1/4 3/4], αᵀ V = [1/2·4 + 1/4·8; 1/2·4 + 3/4·8] = [4; 8], and the query on top.
    const problem = { query: [[0], [Math.log(3)]], key: [[0], [1]], value: [[4], [8]] };
    for (const [one, other] of [
      ["residual-added", "weights-transposed"],
      ["weights-transposed", "residual-added"],
    ])
      expect(both(["attend", problem], one, other, "output")).toEqual(["4; 9.099"]);
  });

  test("other columns are turned together, and x is added", () => {
    const problem = { x: "1 0 1 0", positions: "2", settings: { kind: "rope", pairs: "interleaved" } };
    // Columns 0 and 2 turn by 2: cos 2 − sin 2 = −1.325, sin 2 + cos 2 = 0.493; and x = [1 0 1 0] on top.
    const right = ["-0.325 0 1.493 0"];
    expect(both(["posenc", problem], "residual-added", "rotary-pairing", "rotated")).toEqual(right);
    expect(both(["posenc", problem], "rotary-pairing", "residual-added", "rotated")).toEqual(right);
  });
});
