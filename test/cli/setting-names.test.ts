import { describe, expect, test } from "vitest";
import type { AnySettingTable } from "../../src/attention/setting.js";
import { attend } from "../../src/commands/attend.js";
import { compareScoring } from "../../src/commands/compare-scoring.js";
import { layer } from "../../src/commands/layer.js";
import { multihead } from "../../src/commands/multihead.js";
import { posenc } from "../../src/commands/posenc.js";
import { optionOf } from "../../src/errors.js";
import * as library from "../../src/index.js";
import { settingsOf } from "../../src/runs/command-spec.js";
import { refusal } from "../support/refusal.js";
import { runCli } from "../support/run-cli.js";

// Whoever gives a setting is told of it as they wrote it: a script by its key, a command line by its option.

const X = [
  [1, 0, 2, 1],
  [0, 1, 1, 2],
];
const EYE = X[0].map((_, row) => X[0].map((_, col) => Number(row === col)));
const LAYER = { x: X, w1: EYE, w2: EYE };

const COMMANDS = [
  { spec: attend, given: { x: X }, record: library.attend },
  { spec: multihead, given: { x: X }, record: library.multihead },
  { spec: layer, given: LAYER, record: library.layer },
  { spec: posenc, given: {}, record: library.posenc },
  { spec: compareScoring, given: { x: X }, record: library.compareScoring },
] as const;

/** Settings that are names of something, which is looked up later than a value is understood. */
const ANY_TEXT = ["preset", "carrySteps"];

const wrongOf = (settings: AnySettingTable) =>
  Object.entries(settings)
    .filter(([name]) => !ANY_TEXT.includes(name))
    .map(([name, { value }]) => ({ name, takesValue: value !== undefined }));

describe.each(COMMANDS)("a value that makes no sense, of $spec.name", ({ spec, given, record }) => {
  const wrong = wrongOf(settingsOf(spec));

  test.each(wrong)("a script is told that $name has it", ({ name }) => {
    const run = record as (inputs: object, settings: object) => unknown;
    const error = refusal(() => run(given, { [name]: "no such value" }));
    expect(error?.message).toMatch(new RegExp(`^${name}: "no`));
    expect(`${error?.message} ${error?.details.hint}`).not.toMatch(/--[a-z]|\uFDD0/);
  });

  test.each(wrong.filter(({ takesValue }) => takesValue))(
    "a command line, that $name has it",
    async ({ name }) => {
      const { exitCode, stderr } = await runCli([
        spec.name,
        JSON.stringify(given),
        optionOf(name),
        "no such value",
      ]);
      expect(exitCode).toBe(2);
      expect(stderr).toMatch(new RegExp(`^error: ${optionOf(name)}: "no`));
    },
  );
});

/** What no text of the library holds: options, and what stands for their dashes below the faces. */
const OPTIONS = /--[a-z]|\uFDD0/;

describe("calls that contradict themselves name their settings by the keys", () => {
  test.each<[readonly string[], () => unknown]>([
    [["stream"], () => library.attend({ scores: X }, { stream: true })],
    [["align", "queryOffset"], () => library.attend({ query: [[1]], key: [[1], [2]] }, { causal: true })],
    [
      ["align", "queryOffset"],
      () => library.attend({ x: X }, { causal: true, align: "top-left", queryOffset: 1 }),
    ],
    [["keyLength"], () => library.attend({ x: X }, { keyLength: 9 })],
    [["scale"], () => library.attend({ scores: X }, { scale: "1/sqrt(d_k)" })],
    [["carry", "dtype"], () => library.attend({ x: X }, { carry: "2", dtype: "float16" })],
    [["emptyRow"], () => library.attend({ x: X, mask: [[false, false]] }, { emptyRow: "error" })],
    [["maskFill"], () => library.attend({ x: X }, { maskFill: "neg-inf:3" })],
    [
      ["transpose"],
      () =>
        library.attend({
          query: X,
          key: [
            [1, 0],
            [2, 1],
            [1, 1],
            [0, 1],
          ],
        }),
    ],
    [["compareHeads", "stream"], () => library.multihead({ x: X }, { compareHeads: [1, 2], stream: true })],
    [["kvHeads"], () => library.multihead({ query: X, key: [[1, 2]], value: [[1, 2]] }, { heads: 2 })],
    [["rotarySize"], () => library.multihead({ x: X }, { rope: "half-split", rotarySize: 8 })],
    [
      ["lowFreqFactor", "highFreqFactor"],
      () =>
        library.multihead(
          { x: X },
          {
            ...{ rope: "half-split", scaling: "llama3", scalingFactor: 8, originalLength: 4096 },
            lowFreqFactor: 9,
          },
        ),
    ],
    [["jacobian"], () => library.compareScoring({ x: X }, { jacobian: 9 })],
    [["sweep"], () => library.compareScoring({}, {})],
    [["oddD"], () => library.posenc({}, { length: 4, dModel: 5 })],
    [["relative"], () => library.posenc({}, { kind: "t5", relative: true, length: 4 })],
    [["maxDistance"], () => library.posenc({}, { kind: "clipped", length: 4 })],
    [["memoryLength"], () => library.layer(LAYER, { memoryLength: 1 })],
    [["activation"], () => library.layer({ ...LAYER, w3: EYE })],
    [["loss"], () => library.attend({ x: X, target: X })],
  ])("%j", (names, run) => {
    const error = refusal(run);
    const text = `${error?.message} ${error?.details.hint} ${error?.details.location?.source}`;
    for (const name of names) expect(text).toContain(name);
    expect(text).not.toMatch(OPTIONS);
  });
});

describe("what a run says of itself", () => {
  const textsOf = ({ conventions, warnings, facts, steps }: library.Trace) =>
    JSON.stringify({ conventions, warnings, facts, notes: steps.map(({ notes }) => notes) });

  test("a warning has the keys", () => {
    const { warnings } = library.attend(
      {
        x: X,
        mask: [
          [false, false],
          [true, true],
        ],
      },
      { windowRight: 0, causal: true },
    );
    expect(warnings.join(" ")).toContain("emptyRow zero");
    expect(warnings.join(" ")).toContain(
      "windowRight changes nothing here: it is about keys after the query, which causal and window hide",
    );
  });

  test("a preset says which settings it sets", () => {
    const trace = library.multihead({}, { preset: "gpt2", random: true, dModel: 12, heads: 2, length: 3 });
    expect(textsOf(trace)).toContain(
      "sets scoring scaled-dot causal align bottom-right maskFill replace:-1e10",
    );
    expect(textsOf(trace)).not.toMatch(OPTIONS);
    expect(Buffer.from(library.emit(trace, "onnx")).toString("utf8")).not.toContain("\uFDD0");
    expect(library.emit(trace, "torch")).not.toContain("\uFDD0");
  });

  test("a sheet that is right under another convention is told its setting", () => {
    const trace = library.attend({ query: [[1]], key: [[0], [1]] }, { scale: 0.5 });
    // softmax(0, 1) = 1/(1 + e), e/(1 + e)
    const report = library.check(trace, {
      scores: [[0, 1]],
      "scaled-scores": [[0, 1]],
      weights: [["0.2689", "0.7311"]],
    });
    expect(JSON.stringify(report)).toContain('"convention":"scale none"');
    expect(JSON.stringify(report)).not.toMatch(OPTIONS);
  });

  test("a note on a step, and gradients that are recorded later", () => {
    const trace = library.attend({ x: X }, { scoring: "local-m" });
    expect(textsOf(library.backward(trace))).not.toMatch(OPTIONS);
  });

  test("the published systems", () => {
    expect(JSON.stringify(library.SYSTEMS)).toContain("embeddingScale sqrt addPositions sinusoidal");
    expect(JSON.stringify(library.SYSTEMS)).not.toMatch(OPTIONS);
  });
});
