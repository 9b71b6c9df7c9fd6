import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import about from "../../package.json" with { type: "json" };
import { DIALECT_NAMES } from "../../src/code/dialect-names.js";
import { FORMAT_NAMES, FORMATS } from "../../src/render/formats/registry.js";
import { runCli } from "../support/run-cli.js";
import { QKV } from "../support/spawn-cli.js";

// The build rewrites the sources for the fast start (bin/fast-start/build). The built program writes what the sources write, to
// the byte.

const RUNS: readonly (readonly string[])[] = [
  ["attend", "--demo", "--causal"],
  ["multihead", "--demo"],
  ["layer", "--demo"],
  ["posenc", "--demo"],
  ["compare-scoring", "--demo"],
];

const folder = mkdtempSync(join(tmpdir(), "qkv-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the built program prints, byte by byte as characters; it says its own version where the sources say the tests'. */
function built(argv: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [QKV, ...argv], { maxBuffer: 2 ** 28 });
  expect({ status, stderr: stderr.toString() }, argv.join(" ")).toEqual({ status: 0, stderr: "" });
  return stdout.toString("latin1");
}

async function fromSources(argv: readonly string[]): Promise<string> {
  const { bytes } = await runCli(argv);
  return Buffer.from(bytes).toString("latin1").replaceAll("0.0.0-test", about.version);
}

describe.each(RUNS)("%s %s %s", (...run) => {
  const [command] = run;

  // A process takes its time: each format is asked of every second command.
  const own = FORMAT_NAMES.filter((_, at) => at % 2 === RUNS.findIndex(([name]) => name === command) % 2);

  test.each(own)("-o %s", async (format) => {
    const only = FORMATS[format].holds === "matrix" ? ["--only", STEP[command]] : [];
    const argv = [...run, ...only, "-o", format];
    expect(built(argv)).toBe(await fromSources(argv));
  });

  // Positions are no steps of an engine's script.
  test.each(command === "posenc" ? [] : DIALECT_NAMES)("--emit %s", async (dialect) => {
    const argv = [...run, "--emit", dialect];
    expect(built(argv)).toBe(await fromSources(argv));
  });
});

/** A step of each command, for the formats that hold one matrix. */
const STEP: Readonly<Record<string, string>> = {
  attend: "weights",
  multihead: "output",
  layer: "output",
  posenc: "encoding",
  "compare-scoring": "dot/weights",
};

const pdflatex = ["/usr/bin/pdflatex", "/usr/local/bin/pdflatex"].find(existsSync);

/** Of a draft no fonts are drawn, which a small installation of LaTeX has not. */
const COMPILE = ["-draftmode", "-interaction=nonstopmode", "-halt-on-error"];

test.skipIf(!pdflatex).each([...RUNS, ["model", "--demo"]])(
  "%s %s: LaTeX compiles as it stands (where there is pdflatex)",
  (...run) => {
    const latex = built([...run, "-o", "latex"]);
    expect(latex).not.toContain("U+");
    writeFileSync(join(folder, "run.tex"), latex, "latin1");
    const { status, stdout } = spawnSync(pdflatex ?? "", [...COMPILE, "run.tex"], { cwd: folder });
    expect(status, stdout.toString()).toBe(0);
  },
);
