import { basename, dirname, join } from "node:path";
import { FLOAT_NAMES } from "../../check/machine/float-names.js";
import { FLOAT_TYPES } from "../../check/machine/float-types.js";
import type { DialectName } from "../../code/dialect-names.js";
import { DIALECTS } from "../../code/dialects/registry.js";
import { MOST_INLINE } from "../../code/head.js";
import type { Rounding } from "../../code/rounding.js";
import { UserError } from "../../errors.js";
import type { NamedMatrix } from "../../render/formats/format.js";
import { npz } from "../../render/formats/npz.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import type { FileToWrite, Io } from "../io.js";

/** Where a script goes: to standard output without a file. */
interface Destination {
  readonly file: string | undefined;
  readonly force: boolean;
}

/**
 * Writes a run as a script of a library; with a file that is named, large tables stand in an archive beside it. Throws USAGE
 * for a run that was rounded on the way, and for one with too many numbers to stand in a script.
 */
export async function writeScript(
  { trace, settings, views }: Pick<FinishedRun, "trace" | "settings" | "views">,
  name: DialectName,
  { file, force }: Destination,
  io: Io,
): Promise<void> {
  refuseRounded(settings, name);
  refuseEnding(file, name);
  if (name === "onnx") return writeModel({ trace, views }, { file, force }, io);
  const rounding = await roundingOf(settings);
  const numbers = file === undefined ? undefined : withoutEnding(file);
  const numbersFile = numbers === undefined ? undefined : `${basename(numbers)}.npz`;
  const { text, beside, written } = DIALECTS[name].emit(trace, {
    numbersFile,
    rounding,
    isParallel: views.parallel === true,
  });
  if (file === undefined || numbers === undefined) {
    if (written > MOST_INLINE) refuseLarge(name, written);
    return io.write(text);
  }
  const archive = join(dirname(file), `${basename(numbers)}.npz`);
  const isSplit = beside.size > 0;
  const stored: readonly FileToWrite[] = isSplit ? [[archive, npz.write(named(beside))]] : [];
  await io.writeFiles([...stored, [file, [text]]], { force });
  if (isSplit && !views.quiet) io.writeError(`note: the numbers stand in ${archive}\n`);
}

/** Writes a run as a model of ONNX. Throws USAGE when its bytes would go to a terminal. */
async function writeModel(
  { trace, views }: Pick<FinishedRun, "trace" | "views">,
  { file, force }: Destination,
  io: Io,
): Promise<void> {
  if (file === undefined && io.isTerminal("stdout")) {
    throw new UserError("USAGE", "onnx is binary, and standard output is a terminal.", {
      hint: `Name a file: ${setting("emit")} onnx ${setting("output")} run.onnx.`,
    });
  }
  const { onnx } = await import("../../code/dialects/onnx.js");
  const { text } = onnx.emit(trace, {});
  if (file === undefined) return io.write(text);
  const { attentionModel } = await import("../../code/dialects/onnx-attention.js");
  const { bytes, obstacles } = attentionModel(trace);
  const beside = join(dirname(file), `${withoutEnding(basename(file))}-attention.onnx`);
  const byOperator: readonly FileToWrite[] = bytes === undefined ? [] : [[beside, [bytes]]];
  await io.writeFiles([[file, [text]], ...byOperator], { force });
  if (views.quiet) return;
  if (bytes !== undefined)
    io.writeError(`note: the same by the operator Attention (opset 23) stands in ${beside}\n`);
  for (const obstacle of obstacles) io.writeError(`note: ${obstacle}\n`);
}

const withoutEnding = (file: string) => file.replace(/\.[^./\\]*$/, "");

function* named(beside: Iterable<readonly [string, NamedMatrix["matrix"]]>): Generator<NamedMatrix> {
  for (const [key, matrix] of beside) yield { key, matrix, axes: [{ name: "row" }, { name: "column" }] };
}

/** What `--dtype` rounds each step to; nothing when it is float64. */
async function roundingOf({ dtype, dtypeScores }: FinishedRun["settings"]): Promise<Rounding | undefined> {
  const name = FLOAT_NAMES.find((one) => one === dtype && one !== "float64");
  if (name === undefined) return undefined;
  const { typeOf } = await import("../arithmetic/work-in-type.js");
  return {
    name,
    of: (step) => FLOAT_TYPES[typeOf(step, name, dtypeScores === true)],
    ofFactors: name === "tf32" ? FLOAT_TYPES.tf32 : undefined,
  };
}

/** Hand rounding is no type of a library, and ONNX has no operator that rounds a double to a shorter one alone. */
function refuseRounded({ carry, dtype }: FinishedRun["settings"], name: DialectName): void {
  const option =
    carry !== undefined
      ? "carry"
      : name === "onnx" && dtype !== undefined && dtype !== "float64"
        ? "dtype"
        : undefined;
  if (option === undefined) return;
  const others = option === "dtype" ? " numpy, torch, jax and keras round each step as it says." : "";
  throw new UserError(
    "USAGE",
    `${setting("emit")} ${name} writes float64 steps, and ${setting(option)} rounds them.`,
    {
      hint: `Leave out ${setting(option)}.${others}`,
    },
  );
}

/** A script in a file that ends as a model does, or the other way round, would be opened as what it is not. */
function refuseEnding(file: string | undefined, name: DialectName): void {
  const ending = /\.(onnx|py)$/i.exec(file ?? "")?.[1].toLowerCase();
  if (ending === undefined || (ending === "onnx") === (name === "onnx")) return;
  throw new UserError("USAGE", `${setting("emit")} ${name} writes no file that ends in .${ending}.`, {
    hint: `Name another: ${setting("emit")} ${name} ${setting("output")} run.${name === "onnx" ? "onnx" : "py"}.`,
  });
}

function refuseLarge(name: DialectName, written: number): never {
  throw new UserError("USAGE", `The script would hold ${written} numbers, and ${MOST_INLINE} are the most.`, {
    hint: `Name a file, beside which they stand in an archive: ${setting("emit")} ${name} ${setting("output")} run.py.`,
  });
}
