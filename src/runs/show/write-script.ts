import { basename } from "node:path";
import { FLOAT_NAMES } from "../../check/machine/float-names.js";
import { FLOAT_TYPES } from "../../check/machine/float-types.js";
import type { DialectName } from "../../code/dialect-names.js";
import { DIALECTS } from "../../code/dialects/registry.js";
import { MOST_INLINE } from "../../code/preamble.js";
import type { Rounding } from "../../code/script.js";
import { refuse, setting } from "../../errors.js";
import type { NamedMatrix } from "../../render/formats/format.js";
import { npz } from "../../render/formats/npz.js";
import type { Trace } from "../../trace/trace.js";
import type { FinishedRun } from "../finished-run.js";
import { type FileToWrite, type Io, writeNotes } from "../io.js";
import type { Output } from "./deliver.js";

/** Where a script is written: to a file, or to stdout without one. */
type Destination = Pick<Output, "file" | "force">;

/**
 * Writes a run as a script of a library, several batches one after the other. With a file, large tables are written
 * into archives beside it. Throws USAGE if the script has too many numbers, or if its file has the wrong ending.
 */
export async function writeScript(
  { trace, settings, views, allBatches }: FinishedRun,
  name: DialectName,
  { file, force }: Destination,
  io: Io,
): Promise<void> {
  const [, ending] = /\.(onnx|py)$/i.exec(file ?? "") ?? [];
  // The wrong ending would make programs open it as something else.
  if (ending !== undefined && (ending.toLowerCase() === "onnx") !== (name === "onnx")) {
    refuse(
      `${setting("emit")} ${name} writes no file that ends in .${ending}.`,
      `Name another: ${setting("emit")} ${name} ${setting("output")} run.${name === "onnx" ? "onnx" : "py"}.`,
    );
  }
  const traces = [trace, ...allBatches.map((one) => one.trace)];
  if (name === "onnx") {
    for (const [batch, one] of traces.entries())
      await writeModel(one, { file: ofBatch(file, batch), force }, io);
    return;
  }
  const rounding = await roundingOf(settings);
  const scripts = traces.map((one, batch) => {
    const archive = file === undefined ? undefined : `${ofBatch(file, batch)?.replace(ENDING, "")}.npz`;
    const numbersFile = archive === undefined ? undefined : basename(archive);
    const emitted = DIALECTS[name].emit(one, { numbersFile, rounding, isParallel: views.parallel });
    return { ...emitted, archive };
  });
  const text = scripts
    .map((one, batch) => (batch === 0 ? "" : `\n\n# Batch ${batch}.\n`) + one.text)
    .join("");
  const written = scripts.reduce((sum, one) => sum + one.inlineNumbers, 0);
  if (file === undefined) {
    if (written <= MOST_INLINE) return io.write(text);
    refuse(
      `The script would contain ${written} numbers, and the maximum is ${MOST_INLINE}.`,
      `Name a file; they are then written into an archive beside it: ${setting("emit")} ${name} ${setting("output")} run.py.`,
    );
  }
  const archives = scripts.flatMap(({ archive, storedTables: beside }): readonly FileToWrite[] =>
    archive !== undefined && beside.size > 0 ? [[archive, npz.write(named(beside))]] : [],
  );
  await io.writeFiles([...archives, [file, [text]]], { force });
  const names = archives.map(([archive]) => archive);
  if (names.length > 0) writeNotes(io, [`the numbers are in ${names.join(", ")}`]);
}

/** Returns the file of a batch: run-batch-1.py for run.py. */
const ofBatch = (file: string | undefined, batch: number) =>
  batch === 0 ? file : file?.replace(/(\.[^./\\]*)?$/, `-batch-${batch}$1`);

/** Writes a run as an ONNX model. Throws USAGE if its bytes would go to a terminal. */
async function writeModel(trace: Trace, { file, force }: Destination, io: Io) {
  if (file === undefined && io.isTerminal("stdout")) {
    refuse(
      "onnx is binary, and standard output is a terminal.",
      `Name a file: ${setting("emit")} onnx ${setting("output")} run.onnx.`,
    );
  }
  const { onnx } = await import("../../code/dialects/onnx.js");
  const { text } = onnx.emit(trace, {});
  if (file === undefined) return io.write(text);
  const { attentionModel } = await import("../../code/dialects/onnx-attention.js");
  const { bytes, obstacles } = attentionModel(trace);
  const beside = `${file.replace(ENDING, "")}-attention.onnx`;
  const byOperator: readonly FileToWrite[] = bytes === undefined ? [] : [[beside, [bytes]]];
  await io.writeFiles([[file, [text]], ...byOperator], { force });
  const where = byOperator.map(([path]) => `${path} is the same with the operator Attention (opset 23)`);
  writeNotes(io, [...where, ...obstacles]);
}

const ENDING = /\.[^./\\]*$/;

function* named(beside: Iterable<readonly [string, NamedMatrix["matrix"]]>): Generator<NamedMatrix> {
  for (const [key, matrix] of beside) yield { key, matrix, axes: [{ name: "row" }, { name: "column" }] };
}

/** Returns how `--dtype` rounds each step, or undefined for float64. */
async function roundingOf({ dtype, dtypeScores }: FinishedRun["settings"]): Promise<Rounding | undefined> {
  const name = FLOAT_NAMES.find((float) => float === dtype && float !== "float64");
  if (name === undefined) return undefined;
  const { typeOf } = await import("../arithmetic/machine-arithmetic.js");
  return {
    name,
    of: (step) => FLOAT_TYPES[typeOf(step, name, dtypeScores === true)],
    ofFactors: name === "tf32" ? FLOAT_TYPES.tf32 : undefined,
  };
}
