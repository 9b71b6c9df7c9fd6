import type { DialectName } from "../../src/code/dialect-names.js";
import { DRAWN_COMMANDS, drawRun } from "./drawn-runs.js";
import type { Script } from "./python.js";
import { createRandom } from "./random.js";
import { runCli } from "./run-cli.js";

/** Scripts of drawn runs, and what became of the runs that gave none. */
export interface DrawnScripts {
  readonly scripts: readonly Script[];
  /** Runs that qkv refuses, with its reason. */
  readonly refused: readonly string[];
  /** Runs that ended in any other way, with what they said. */
  readonly failed: readonly string[];
}

/** The scripts of so many drawn runs of a library, or of ONNX, each with its numbers beside it. */
export async function drawScripts(
  seed: number,
  numRuns: number,
  dialect: DialectName,
): Promise<DrawnScripts> {
  const scripts: Script[] = [];
  const failed: string[] = [];
  const refused: string[] = [];
  for (let index = 0; index < numRuns; index++) {
    const command = DRAWN_COMMANDS[index % DRAWN_COMMANDS.length];
    const words = drawRun(createRandom(seed * 1_000_003 + index), command);
    const file = `run${index}.${dialect === "onnx" ? "onnx" : "py"}`;
    const run = await runCli([...words, "--emit", dialect, "--output", file, "-q"]);
    const name = words.map((word) => (/[\s;]/.test(word) ? `'${word}'` : word)).join(" ");
    if (run.exitCode === 2 && run.stderr.startsWith("error: "))
      refused.push(`${name}: ${run.stderr.split("\n")[0]}`);
    else if (run.exitCode !== 0 || run.stderr !== "") failed.push(`${name}: ${run.exitCode} ${run.stderr}`);
    else scripts.push(scriptOf(name, command, file, run.files));
  }
  return { scripts, refused, failed };
}

function scriptOf(
  name: string,
  command: string,
  file: string,
  files: Readonly<Record<string, Uint8Array>>,
): Script {
  const { [file]: own, ...beside } = files;
  const text = Buffer.from(own).toString("utf8");
  return { name, text, files: beside, ends: `${command}: every result is as qkv found it` };
}
