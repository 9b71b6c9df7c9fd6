import { describe, expect, test } from "vitest";
import { checkModelDump } from "../../../../src/check/model/check-model.js";
import type { DumpedTensor } from "../../../../src/check/model/dumped-tensor.js";
import type { ModelHomework } from "../../../../src/check/model/model-homework.js";
import { dumpOf, homeworkOf, IDS, STATES, tensor } from "../../../support/model-dumps.js";
import { refusal } from "../../../support/refusal.js";

describe("a dump that is right", () => {
  const homework = homeworkOf("gpt2");

  test("agrees, step by step in the order of the run", () => {
    const { logits, ...states } = STATES;
    const dump = dumpOf(homework.trace, { logits, ...states, "wte.weight": "wte.weight" });
    const found = checkModelDump(homework, dump);
    expect(found).toMatchObject({ judgedAs: "machine", verdict: "agrees", diagnosis: [] });
    expect(found).not.toHaveProperty("skipped");
    expect(found.precision).toEqual({
      ...{ compute: "float32", stored: "float32", from: "answer", roundsInputs: false },
    });
    expect(
      found.steps.map(({ scope, id, name, verdict, wrong, of }) => [scope, id, name, verdict, wrong, of]),
    ).toEqual([
      // 7 tokens of the vocabulary, 4 columns
      ["", "wte.weight", undefined, "agrees", 0, 28],
      ["", "embedding", "hidden_states.0", "agrees", 0, 16],
      ["layer 0", "residual", "hidden_states.1", "agrees", 0, 16],
      ["", "final-norm", "hidden_states.2", "agrees", 0, 16],
      ["", "logits", undefined, "agrees", 0, 28],
    ]);
    expect(found.steps[0]).not.toHaveProperty("where");
    expect(found.steps[0].rounding).toMatchObject({ compute: "float32", stored: "float32" });
  });

  test("says what nothing is called like", () => {
    const dump = [...dumpOf(homework.trace, STATES), tensor("unheard", [1], [1])];
    expect(checkModelDump(homework, dump)).toMatchObject({ verdict: "agrees", skipped: ["unheard"] });
  });

  test("may be of another type, or within a tolerance", () => {
    const [logits] = dumpOf(homework.trace, { logits: "logits" });
    const off = { ...logits, numbers: () => logits.numbers().map((x) => x * (1 + 2 ** -8)) };
    expect(checkModelDump(homework, [off]).verdict).toBe("differs");
    const short = checkModelDump(homework, [off], { dtype: "bfloat16" });
    expect([short.verdict, short.precision.compute, short.precision.from]).toEqual([
      "agrees",
      "bfloat16",
      "option",
    ]);
    const tolerance = { atol: 0.1, rtol: 0 };
    expect(checkModelDump(homework, [off], { tolerance }).verdict).toBe("agrees");
  });

  test("takes of several names the one that fits", () => {
    for (const key of ["norm-1", "norm-1/normalised"]) {
      const [one] = dumpOf(homework.trace, { "blocks.1.ln1.hook_normalized": `layer 1/${key}` });
      const found = checkModelDump(homework, [one]);
      expect([found.verdict, found.steps.map(({ scope, id }) => `${scope}/${id}`)]).toEqual([
        ...["agrees", [key === "norm-1" ? "layer 1/norm-1" : "layer 1/norm-1/normalised"]],
      ]);
    }
  });
});

describe("tokens in a dump", () => {
  const homework = homeworkOf("gpt2");
  const logits = dumpOf(homework.trace, { logits: "logits" });
  const check = (one: DumpedTensor, batch?: number, other: Partial<ModelHomework> = {}) =>
    checkModelDump({ ...homework, ...other }, [one, ...logits], { ...(batch !== undefined && { batch }) });

  test.each([
    ["input_ids", [4], IDS, undefined],
    ["ids", [1, 4], IDS, undefined],
    ["Tokens", [2, 4], [0, 0, 0, 0, ...IDS], 1],
    ["idx", [2, 4], [...IDS, 0, 0, 0, 0], 0],
    ["token_ids", [2, 4], [...IDS, 0, 0, 0, 0], undefined],
  ] as const)("%s that were run are no numbers of the model", (name, shape, ids, batch) => {
    const found = check(tensor(name, shape, ids), batch);
    expect([found.verdict, found.steps.length, found.skipped]).toEqual(["agrees", 1, undefined]);
  });

  test.each([
    ["input_ids", [4], [3, 1, 4, 1], undefined, "3, 1, 4, 1", "--ids 3,1,4,1"],
    ["ids", [3], [3, 1, 4], undefined, "3, 1, 4", "--ids 3,1,4"],
    ["tokens", [2, 4], [...IDS, 5, 6, 7, 8], 1, "5, 6, 7, 8", "--ids 5,6,7,8"],
  ] as const)("others are refused: %s %j", (name, shape, ids, batch, said, hint) => {
    const error = refusal(() => check(tensor(name, shape, ids), batch));
    expect([error?.code, error?.details.location]).toEqual(["CONFLICTING_INPUTS", { source: "dump.npz" }]);
    expect(error?.message).toContain(`${name} is ${said}.`);
    expect(error?.details.hint).toContain(hint);
  });

  test("of a decoder are its own", () => {
    const two = { decoderIds: [5, 6] };
    expect(check(tensor("decoder_input_ids", [2], [5, 6]), undefined, two).verdict).toBe("agrees");
    const error = refusal(() => check(tensor("tgt", [2], [5, 7]), undefined, two));
    expect(error?.details.hint).toContain("--decoder-ids 5,7");
    // Without a decoder nothing is called so.
    expect(check(tensor("tgt", [2], [5, 7])).skipped).toEqual(["tgt"]);
  });

  test("are none with three axes, and under other names", () => {
    expect(check(tensor("ids", [1, 1, 4], IDS)).skipped).toEqual(["ids"]);
    expect(check(tensor("my_ids", [4], IDS)).skipped).toEqual(["my_ids"]);
    expect(check(tensor("ids_of", [4], IDS)).skipped).toEqual(["ids_of"]);
  });
});

describe("a dump of which no name is known is refused", () => {
  test.each([
    [["a", "b"], "a, b."],
    [["a", "b", "c", "d", "e", "f"], "a, b, c, d, e, f."],
    [["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e, f, …."],
    [[], "there is none."],
  ])("%j", (names, said) => {
    const error = refusal(() =>
      checkModelDump(
        homeworkOf("gpt2"),
        names.map((name) => tensor(name, [1], [0])),
      ),
    );
    expect(error?.code).toBe("UNKNOWN_STEP");
    expect(error?.message).toContain(said);
    expect(error?.details.location).toEqual({ source: names.length > 0 ? "dump.npz" : "--check" });
  });
});
