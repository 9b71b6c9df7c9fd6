import { describe, expect, test } from "vitest";
import { widthOf } from "../../src/render/label.js";
import { runCli } from "../support/run-cli.js";

const X = ["--x", "1 0; 0 1"];
const json = async (...argv: string[]) => JSON.parse((await runCli([...argv, "--json"])).stdout);

describe("--preset", () => {
  test("sets the options of the command, and says which", async () => {
    const { stdout } = await runCli(["attend", ...X, "--preset", "gpt1", "--width", "200"]);
    expect(stdout).toContain(
      "preset gpt1 (Radford et al. 2018, section 3.1 and 4.1) sets --scoring scaled-dot --causal",
    );
    const { preset, settings, conventions } = await json("attend", ...X, "--preset", "gpt1");
    expect(preset).toEqual({
      name: "gpt1",
      sets: { scoring: "scaled-dot", causal: true, maskFill: "replace:-1e9" },
    });
    expect(settings).toEqual({
      preset: "gpt1",
      scoring: "scaled-dot",
      causal: true,
      maskFill: "replace:-1e9",
    });
    expect(conventions).toMatchObject({ preset: "gpt1", causal: true });
  });

  test("options on the command line win", async () => {
    const { preset, settings } = await json("attend", ...X, "--preset", "gpt1", "--mask-fill", "neg-inf");
    expect(settings.maskFill).toBe("neg-inf");
    expect(preset.sets).toEqual({ scoring: "scaled-dot", causal: true });
  });

  test("so do the settings of a bundle, which may name the preset itself", async () => {
    const settings = { preset: "luong-local-m", localWindow: 1 };
    const bundle = JSON.stringify({ x: [[1], [1], [1]], settings });
    const { stdout } = await runCli(["attend", "-", "--json"], { stdin: bundle });
    expect(JSON.parse(stdout).settings).toEqual({
      preset: "luong-local-m",
      scoring: "local-m",
      localWindow: 1,
    });
  });

  test("a name without a size is the first size; upper case is understood", async () => {
    const { conventions } = await json(
      "multihead",
      "--random",
      "--preset",
      "BERT",
      "--d-model",
      "4",
      "--heads",
      "2",
    );
    expect(conventions.preset).toBe("bert-base");
  });

  test.each([
    [["attend", ...X, "--preset", "gtp2"], 'There is no system "gtp2"', 'Did you mean "gpt2"?'],
    [
      ["multihead", ...X, "--preset", "bahdanau"],
      "bahdanau has one attention, which is not split",
      "qkv attend",
    ],
    [["posenc", "--length", "3", "--preset", "luong-dot"], "luong-dot has no positions of its own", "gpt2"],
    [["multihead", ...X, "--preset", "gpt3-banded"], "gpt3-banded needs --window", "--window 128"],
    [["posenc", "--length", "3", "--preset", "gpt2"], "Learned positions need their table", "--random"],
    [["multihead", "--random", "--preset", "gpt3"], "629268480 numbers, 5.03 GB", "--heads 1"],
    [["multihead", "--random", "--heads", "3"], "3 heads cannot share d_model = 8 evenly", "--head-size"],
  ])("%j", async (argv, message, hint) => {
    const { exitCode, stdout, stderr } = await runCli(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  test("another kind of positions takes nothing over from the preset's", async () => {
    const { settings } = await json("posenc", "--preset", "palm", "--kind", "alibi", "--length", "2");
    expect(settings).toEqual({ preset: "palm", kind: "alibi", length: 2 });
  });
});

describe("--random", () => {
  test("needs no input, and repeats by its seed", async () => {
    const { stdout } = await runCli(["attend", "--random", "--seed", "7", "--width", "200"], {
      terminals: ["stdin"],
    });
    expect(stdout).toContain("missing matrices are drawn from seed 7: query, key, value N(0, 1)");
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("qkv attend --random --seed 7");
  });

  describe("in JSON", () => {
    const LAYER = [
      "multihead",
      "--preset",
      "gpt1",
      "--random",
      "--d-model",
      "4",
      "--heads",
      "2",
      "--length",
      "3",
    ];
    const results = ({ weights, output }: Record<string, unknown>) => ({ weights, output });

    test("what was drawn is named, and stands there with all steps", async () => {
      const { drawn, inputs } = await json(...LAYER);
      expect(Object.keys(inputs).toSorted()).toEqual(Object.keys(drawn).toSorted());
      expect(drawn.wq).toEqual({ shape: [4, 4], distribution: "N(0, 0.02²)" });
    });
    test("--steps leaves the drawn numbers out unless they are named; what was given stays", async () => {
      expect((await json(...LAYER, "--steps", "none")).inputs).toEqual({});
      const { inputs, steps } = await json(...LAYER, "--bo", "1 2 3 4", "--steps", "output,wq");
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(["bo", "wq"]));
      expect(Object.keys(inputs)).toHaveLength(2);
      expect(steps).toHaveLength(1);
    });
    test("run again without them, it draws the same", async () => {
      const first = await runCli([...LAYER, "--seed", "5", "--steps", "none", "--json"]);
      const again = await runCli(["multihead", "-", "--json"], { stdin: first.stdout });
      expect(results(JSON.parse(again.stdout))).toEqual(results(JSON.parse(first.stdout)));
    });
    test("nothing is drawn where all is given", async () => {
      expect(await json("attend", ...X, "--random")).not.toHaveProperty("drawn");
    });
  });

  test("--steps shows a drawn matrix by its name", async () => {
    const { stdout } = await runCli([
      "attend",
      "--random",
      "--length",
      "2",
      "--d-model",
      "3",
      "--steps",
      "query",
    ]);
    expect(stdout).toContain("query  (2×3, ");
  });

  test("features of a scoring keep their proportion to a smaller d_model, in compare-scoring as in attend", async () => {
    // Bahdanau et al.: d_model 1000, 1000 features.
    const small = ["--preset", "bahdanau", "--random", "--d-model", "8", "--length", "2"];
    expect((await json("compare-scoring", ...small)).settings.dA).toBe(8);
    const { inputs } = await json("attend", ...small);
    expect(inputs.wa[0]).toHaveLength(8);
  });

  test("what was given is not said to be drawn", async () => {
    const { stdout } = await runCli(["multihead", "--x", "1 2; 3 4", "--wq", "1 0; 0 1", "--random"]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "missing matrices are drawn from seed 0: wk, wv, wo Glorot uniform",
    );
    expect((await runCli(["attend", "--x", "1 2", "--random"])).stdout).toContain("nothing is drawn here");
  });

  test("draws what is missing beside what is given, in its size", async () => {
    const { inputs } = await json("multihead", "--x", "1 0 1; 0 1 0", "--random", "--head-size", "2");
    expect(inputs.x).toEqual([
      [1, 0, 1],
      [0, 1, 0],
    ]);
    expect([inputs.wq.length, inputs.wq[0].length, inputs.wo[0].length]).toEqual([3, 2, 3]);
  });

  test("keys and values as wide as the query that is given", async () => {
    const { inputs } = await json("attend", "--query", "1 0 1; 0 1 0", "--random");
    expect([inputs.key.length, inputs.key[0].length, inputs.value[0].length]).toEqual([2, 3, 3]);
  });

  test("the features of Britz are those of the size", async () => {
    const run = await json("compare-scoring", "--preset", "britz-additive-256", "--random", "--length", "2");
    expect(
      run.steps.find(({ id, scope }: { id: string; scope: string }) => id === "wa" && scope === "britz-add")
        .shape,
    ).toEqual([512, 256]);
  });

  test("as many rows as there are tokens", async () => {
    const { inputs } = await json(
      "attend",
      "--random",
      "--tokens",
      "the cat sat down",
      "--source-length",
      "2",
    );
    expect([inputs.query.length, inputs.key.length, inputs.value.length]).toEqual([4, 2, 2]);
  });

  test("draws the parameters of the scoring", async () => {
    const { inputs } = await json(
      "attend",
      "--random",
      "--scoring",
      "concat",
      "--d-model",
      "3",
      "--d-a",
      "5",
    );
    expect([inputs.wa.length, inputs.wa[0].length, inputs.va.length]).toEqual([6, 5, 5]);
  });

  test("a layer of GPT-2 at its size: parameters, multiply-adds, cache", async () => {
    const run = await json(
      "multihead",
      "--preset",
      "gpt2",
      "--random",
      "--seed",
      "1",
      "--length",
      "6",
      "--steps",
      "none",
    );
    expect([run.drawn.x.shape, run.drawn.wq.shape]).toEqual([
      [6, 768],
      [768, 768],
    ]);
    expect(run.conventions).toMatchObject({ heads: 12, headSize: 64 });
    expect(run.parameters).toBe(2_362_368); // 4·768² + 4·768
    expect(run.multiplyAdds).toBe(14_211_072); // 6·4·768² + 2·12·6·6·64
    expect(run.cachedNumbersPerToken).toBe(1536); // 2·12·64
    expect(run.model).toEqual({
      layers: 12,
      attentionParameters: 28_348_416, // 12·2362368
      cacheBytesPerToken: 36_864, // 12·1536·2
      context: 1024,
      cacheBytes: 37_748_736, // 1024·36864
    });
  });
});

describe("qkv systems", () => {
  test("--json has the cards of all, or of one", async () => {
    const all = await json("systems");
    expect(all.schema).toBe("qkv/systems/1");
    expect(all.systems.length).toBeGreaterThan(15);
    const { systems } = await json("systems", "palm-540b");
    expect(systems).toHaveLength(1);
    expect(systems[0].sizes[2]).toMatchObject({
      preset: "palm-540b",
      layers: 118,
      kvHeads: 1,
      headSize: 256,
    });
  });

  test.each([40, 80])("every card fits %d columns, but for the line to copy", async (width) => {
    const { systems } = await json("systems");
    for (const { name } of systems) {
      const { stdout } = await runCli(["systems", name, "--width", String(width)]);
      const tooWide = stdout.split("\n").filter((line) => widthOf(line) > width && !line.startsWith("qkv "));
      expect(tooWide, name).toEqual([]);
    }
  });

  test("every example of a card runs", async () => {
    const { systems } = await json("systems");
    for (const { name } of systems) {
      const { stdout } = await runCli(["systems", name]);
      const [, ...argv] = (stdout.trimEnd().split("\n").at(-1) ?? "").split(" ");
      const { exitCode, stderr } = await runCli(argv);
      expect({ name, exitCode, stderr }).toEqual({ name, exitCode: 0, stderr: "" });
    }
  });

  test("an unknown name is met with the nearest", async () => {
    const { exitCode, stderr } = await runCli(["systems", "transfomer-cross"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean "transformer-cross"?');
  });
});
