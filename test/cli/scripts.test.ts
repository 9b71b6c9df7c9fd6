import { describe, expect, test, vi } from "vitest";
import { pythonWith, runScripts } from "../support/python.js";
import { runCli } from "../support/run-cli.js";

// --emit from the command line: scripts that anyone can run, with their numbers beside them when they are many.

vi.setConfig({ testTimeout: 120_000 });

const numpy = pythonWith("numpy");
const torch = pythonWith("torch", "numpy");
const COMMANDS = ["attend", "multihead", "layer", "posenc", "compare-scoring"];

describe("--emit numpy", () => {
  test.skipIf(!numpy)("the built-in example of every command runs in Python", async () => {
    const scripts = [];
    for (const command of COMMANDS) {
      const { stdout, exitCode, stderr } = await runCli([command, "--demo", "--emit", "numpy"]);
      expect([exitCode, stderr], command).toEqual([0, ""]);
      scripts.push({ name: command, text: stdout });
    }
    expect(runScripts(numpy ?? "", scripts)).toEqual({});
  });

  test.skipIf(!numpy)("many numbers stand in an archive beside the script", async () => {
    const asked = ["model", "--demo", "--emit", "numpy", "--output", "run.py", "--quiet"];
    const { files, exitCode } = await runCli(asked);
    expect([exitCode, Object.keys(files).sort()]).toEqual([0, ["run.npz", "run.py"]]);
    const text = Buffer.from(files["run.py"]).toString("utf8");
    expect(text).toContain('numbers = np.load(Path(__file__).with_name("run.npz"))');
    const script = { name: "model", text, files: { "run.npz": files["run.npz"] } };
    expect(runScripts(numpy ?? "", [script])).toEqual({});
  });

  test("a script has the conventions, a line a step, and the numbers that it is compared with", async () => {
    const given = ["--query", "1 0", "--key", "1 0; 0 1", "--value", "1 2; 3 4"];
    const { stdout } = await runCli(["attend", ...given, "--emit", "numpy"]);
    // 1/√2 and e^(1/√2) / (e^(1/√2) + 1).
    for (const line of [
      "SCALE = 0.7071067811865475  # a multiplier: 1/√2",
      "scores = query @ key.T  # S = Q Kᵀ; 1×2",
      "scaled_scores = scores * SCALE  # S′ = S / √d_k; 1×2",
      'check("weights", weights, np.array([[0.6697615493266569, 0.3302384506733431]]))',
    ]) {
      expect(stdout.split("\n")).toContain(line);
    }
  });
});

describe("what the library's own call cannot do", () => {
  const given = ["--query", "1 0; 0 1", "--key", "1 0; 0 1", "--value", "1 2; 3 4"];
  test.each([
    [["--softcap", "2"], "it has no softcap"],
    [["--scoring", "cosine"], "scores are computed by cosine, not as a product of query and key"],
    [["--causal", "--mask-fill", "replace:-1e9"], "a masked score becomes -1000000000, not -inf"],
    [["--mask", "0 0; 1 1"], "a row may attend to no key, and libraries"],
  ])("%s", async (options, reason) => {
    for (const dialect of ["torch", "jax", "keras"]) {
      const { stdout } = await runCli(["attend", ...given, ...options, "--emit", dialect, "--quiet"]);
      expect(stdout).toContain(reason);
    }
  });
  test("the call stands there where it can", async () => {
    const { stdout } = await runCli(["attend", ...given, "--causal", "--emit", "torch"]);
    expect(stdout).toContain("attn_mask=~blocked, scale=SCALE)[0, 0], output)");
    expect(stdout).toContain("is_causal=True, scale=SCALE)[0, 0], output)");
  });
});

test.each([
  [["--json"], "--emit numpy writes a script, and --format json something else."],
  [["-o", "csv"], "--emit numpy writes a script, and --format csv something else."],
  [["--why", "weights[0,0]"], "--why reads a run"],
  [["--only", "weights"], "--only weights reads a run"],
  [["--carry", "2"], "--emit numpy writes float64 steps, and --carry 2 rounds them."],
])("%s beside a script is refused", async (options, message) => {
  const { exitCode, stderr } = await runCli(["attend", "--demo", "--emit", "numpy", ...options]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).toContain("hint");
});

test("a script with too many numbers to read asks for a file", async () => {
  const sizes = ["--random", "--length", "150", "--d-model", "256"];
  const { exitCode, stderr } = await runCli(["attend", ...sizes, "--emit", "numpy"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("the maximum is 20000")]);
});

describe("a run that was worked as a machine does", () => {
  const typed = ["--query", "1 0.1; 0.3 1", "--key", "1 0; 0.2 1", "--value", "1 0.7; 3 4"];
  const types = ["float32", "tf32", "float16", "bfloat16"];
  test.skipIf(!numpy)("is rounded from step to step in the script, too", async () => {
    const scripts = [];
    for (const dtype of types) {
      for (const more of [[], dtype === "float32" || dtype === "tf32" ? [] : ["--dtype-scores"]]) {
        const words = ["attend", ...typed, "--dtype", dtype, ...more, "--emit", "numpy", "--quiet"];
        const { stdout, stderr, exitCode } = await runCli(words);
        expect([exitCode, stderr]).toEqual([0, ""]);
        scripts.push({ name: words.join(" "), text: stdout });
      }
    }
    expect(runScripts(numpy ?? "", scripts)).toEqual({});
    // Without the rounding of a step it is another number.
    const text = scripts[0].text.replace(
      /^weights = rounded\((.*), \*FLOAT32\)/m,
      "weights = 1.000001 * ($1)",
    );
    expect(text).not.toBe(scripts[0].text);
    expect(Object.keys(runScripts(numpy ?? "", [{ name: "changed", text }]))).toEqual(["changed"]);
  });
  test("is no model of ONNX", async () => {
    const words = ["attend", ...typed, "--dtype", "float16", "--emit", "onnx"];
    const { stderr, exitCode } = await runCli(words);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining("--emit onnx writes float64 steps, and --dtype float16 rounds them."),
    ]);
  });
});

describe("a file that ends in .py", () => {
  const words = ["attend", "--query", "1 0", "--key", "1 0; 0 1", "--value", "1 2; 3 4"];
  test("is the script, as -o py is", async () => {
    const { stdout } = await runCli([...words, "--emit", "numpy"]);
    const { files } = await runCli([...words, "-o", "run.py"]);
    expect(Buffer.from(files["run.py"]).toString("utf8")).toBe(stdout);
    expect((await runCli([...words, "-o", "py"])).stdout).toBe(stdout);
  });
  test("is one matrix where one is asked for", async () => {
    for (const asked of [
      ["--only", "output", "-o", "run.py"],
      ["-o", "numpy", "--output", "run.py", "--quiet"],
    ]) {
      const { files, exitCode, stderr } = await runCli([...words, ...asked]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      // 0.66976·1 + 0.33024·3 and 0.66976·2 + 0.33024·4.
      expect(Buffer.from(files["run.py"]).toString("utf8")).toMatch(
        /^np\.array\(\[\[1\.66\d+, 2\.66\d+\]\]\)/,
      );
    }
  });
});

describe("calls for all heads", () => {
  const x = ["--x", "1 0 2 1; 0 1 1 2; 1 1 0 1", "--heads", "2"];
  const [w, narrow] = ["1 0 0 1; 0 1 1 0; 1 1 1 1; 1 0 0 0", "1 2; 3 4; 5 6; 7 8"];
  test.each([
    [[], "mha = torch.nn.MultiheadAttention(4, 2, bias=False, batch_first=True)"],
    [["--bq", "1 2 3 4", "--bo", "1 1 1 1", "--wo", w], "MultiheadAttention(4, 2, bias=True"],
    [["--add-zero-attention"], "add_zero_attn=True"],
    [["--bias-k", "1 2 3 4", "--bias-v", "4 3 2 1"], "add_bias_kv=True"],
    [
      ["--memory", "1 2 3; 4 5 6", "--wk", "1 0 0 1; 0 1 1 0; 1 1 1 1", "--wv", "1 0 0 1; 0 1 1 0; 1 1 1 1"],
      "kdim=3, vdim=3",
    ],
    [["--causal"], "attn_mask=blocked[:, :3]"],
    [
      ["--rope", "half-split"],
      "nn.MultiheadAttention cannot do this: it does not rotate queries and keys by position",
    ],
    [["--scale", "1"], "nn.MultiheadAttention cannot do this: its scale is 1/√2, and here the scale is 1"],
    [["--kv-heads", "1", "--wk", narrow, "--wv", narrow], "enable_gqa=True"],
  ])("%s", async (options, line) => {
    const has = (flag: string) => options.includes(flag);
    const weights = ["--wq", "--wk", "--wv"].flatMap((flag) => (has(flag) ? [] : [flag, w]));
    const { stdout, exitCode } = await runCli([
      "multihead",
      ...x,
      ...weights,
      ...options,
      "--emit",
      "torch",
      "--quiet",
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(line);
    if (torch) expect(runScripts(torch, [{ name: "script", text: stdout }])).toEqual({});
  });
});

describe("--emit onnx", () => {
  test("writes a model to a file or a pipe, and no bytes to a terminal", async () => {
    const words = ["attend", "--demo", "--emit", "onnx"];
    const { files, exitCode } = await runCli([...words, "--output", "run.onnx"]);
    const piped = await runCli(words);
    expect([exitCode, piped.exitCode]).toEqual([0, 0]);
    expect(Buffer.compare(piped.bytes, files["run.onnx"])).toBe(0);
    // Field 1 of ModelProto, ir_version, is 10; field 2, producer_name, is "qkv".
    expect(Array.from(piped.bytes.slice(0, 7))).toEqual([0x08, 10, 0x12, 3, 0x71, 0x6b, 0x76]);
    for (const named of [
      ["-o", "run.onnx"],
      ["-o", "onnx", "--output", "run.onnx"],
    ]) {
      const run = await runCli(["attend", "--demo", ...named]);
      expect(Buffer.compare(piped.bytes, run.files["run.onnx"])).toBe(0);
    }
    const refused = await runCli(words, { terminals: ["stdout"] });
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("onnx is binary")]);
  });
});
