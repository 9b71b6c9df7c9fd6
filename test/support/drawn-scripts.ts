import type { DialectName } from "../../src/code/dialect-names.js";
import { DRAWN_COMMANDS, drawRun } from "./drawn-runs.js";
import type { Script } from "./python.js";
import { createRandom } from "./random.js";
import { runCli } from "./run-cli.js";

/** A drawn run with the files that it was written into. */
interface WrittenRun {
  /** Its command line. */
  readonly name: string;
  readonly command: string;
  /** The name of the script or model among its files. */
  readonly file: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** Drawn runs that were written, and the outcome of the others. */
export interface DrawnRuns {
  readonly written: readonly WrittenRun[];
  /** Runs that qkv refuses, with its reason. */
  readonly refused: readonly string[];
  /** Runs that ended in another way, with their messages. */
  readonly failed: readonly string[];
}

/** Draws this many runs, and writes them in a library's language or as ONNX models. */
export async function writeDrawnRuns(
  seed: number,
  numRuns: number,
  dialect: DialectName,
): Promise<DrawnRuns> {
  const written: WrittenRun[] = [];
  const [refused, failed]: [string[], string[]] = [[], []];
  for (let index = 0; index < numRuns; index++) {
    const command = DRAWN_COMMANDS[index % DRAWN_COMMANDS.length];
    const words = drawRun(createRandom(seed * 1_000_003 + index), command);
    const file = `run${index}.${dialect === "onnx" ? "onnx" : "py"}`;
    const { exitCode, stderr, files } = await runCli([
      ...words,
      "--emit",
      dialect,
      "--output",
      file,
      "--quiet",
    ]);
    const name = words.map((word) => (/[\s;]/.test(word) ? `'${word}'` : word)).join(" ");
    if (exitCode === 2 && stderr.startsWith("error: ")) refused.push(`${name}: ${stderr.split("\n")[0]}`);
    else if (exitCode !== 0 || stderr !== "") failed.push(`${name}: ${exitCode} ${stderr}`);
    else written.push({ name, command, file, files });
  }
  return { written, refused, failed };
}

/** Returns the script of a run, with the numbers it reads and its last line of output. */
export function scriptOf({ name, command, file, files: { [file]: own, ...files } }: WrittenRun): Script {
  const text = Buffer.from(own).toString("utf8");
  return { name, text, files, ends: `${command}: all results agree with qkv's` };
}
