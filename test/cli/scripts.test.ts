import { describe, expect, test, vi } from "vitest";
import { pythonWith, runScripts } from "../support/python.js";
import { runCli } from "../support/run-cli.js";

// --emit from the command line: scripts that anyone can run, with their numbers beside them when they are many.

vi.setConfig({ testTimeout: 120_000 });

const numpy = pythonWith("numpy");
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
    const asked = ["model", "--demo", "--emit", "numpy", "--output", "run.py", "-q"];
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
    [["--scoring", "cosine"], "scores are cosine, and not a product of query and key"],
    [["--causal", "--mask-fill", "replace:-1e9"], "a masked score becomes -1000000000, and not -inf"],
    [["--mask", "0 0; 1 1"], "a row may attend to nothing, which libraries"],
  ])("%s", async (options, reason) => {
    for (const dialect of ["torch", "jax", "keras"]) {
      const { stdout } = await runCli(["attend", ...given, ...options, "--emit", dialect, "-q"]);
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
  [["--json"], "--emit numpy writes a script, and --json something else."],
  [["-o", "csv"], "--emit numpy writes a script, and -o csv something else."],
  [["--why", "weights[0,0]"], "--why reads a run"],
  [["--only", "weights"], "--only reads a run"],
  [["--carry", "2"], "--emit numpy writes float64 steps, and --carry rounds them."],
  [["--dtype", "float32"], "--emit numpy writes float64 steps, and --dtype rounds them."],
  [["--steps", "weights"], "and the run is written as a script."],
])("%s beside a script is refused", async (options, message) => {
  const { exitCode, stderr } = await runCli(["attend", "--demo", "--emit", "numpy", ...options]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).toContain("hint");
});

test("a script with too many numbers to read asks for a file", async () => {
  const sizes = ["--random", "--length", "150", "--d-model", "256"];
  const { exitCode, stderr } = await runCli(["attend", ...sizes, "--emit", "numpy"]);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("20000 are the most")]);
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
