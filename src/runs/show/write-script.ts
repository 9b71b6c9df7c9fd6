import { basename } from "node:path";
import { FLOAT_NAMES } from "../../check/machine/float-names.js";
import { FLOAT_TYPES } from "../../check/machine/float-types.js";
import type { DialectName } from "../../code/dialect-names.js";
import { DIALECTS } from "../../code/dialects/registry.js";
import { MOST_INLINE } from "../../code/head.js";
import type { Rounding } from "../../code/rounding.js";
import type { NamedMatrix } from "../../render/formats/format.js";
import { npz } from "../../render/formats/npz.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import { type FileToWrite, type Io, writeNotes } from "../io.js";
import { refuse } from "../refuse.js";

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
  const [, ending] = /\.(onnx|py)$/i.exec(file ?? "") ?? [];
  // It would be opened as what it is not.
  if (ending !== undefined && (ending.toLowerCase() === "onnx") !== (name === "onnx")) {
    refuse(
      `${setting("emit")} ${name} writes no file that ends in .${ending}.`,
      `Name another: ${setting("emit")} ${name} ${setting("output")} run.${name === "onnx" ? "onnx" : "py"}.`,
    );
  }
  if (name === "onnx") return writeModel({ trace, views }, { file, force }, io);
  const rounding = await roundingOf(settings);
  const archive = file === undefined ? undefined : `${file.replace(ENDING, "")}.npz`;
  const numbersFile = archive === undefined ? undefined : basename(archive);
  const { text, beside, written } = DIALECTS[name].emit(trace, {
    numbersFile,
    rounding,
    isParallel: views.parallel,
  });
  if (file === undefined || archive === undefined) {
    if (written <= MOST_INLINE) return io.write(text);
    const message = `The script would hold ${written} numbers, and ${MOST_INLINE} are the most.`;
    refuse(
      message,
      `Name a file, beside which they stand in an archive: ${setting("emit")} ${name} ${setting("output")} run.py.`,
    );
  }
  if (beside.size === 0) return io.writeFiles([[file, [text]]], { force });
  await io.writeFiles(
    [
      [archive, npz.write(named(beside))],
      [file, [text]],
    ],
    { force },
  );
  if (!views.quiet) writeNotes(io, [`the numbers stand in ${archive}`]);
}

/** Writes a run as a model of ONNX. Throws USAGE when its bytes would go to a terminal. */
async function writeModel(
  { trace, views }: Pick<FinishedRun, "trace" | "views">,
  { file, force }: Destination,
  io: Io,
): Promise<void> {
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
  const where = byOperator.map(([path]) => `the same by the operator Attention (opset 23) stands in ${path}`);
  if (!views.quiet) writeNotes(io, [...where, ...obstacles]);
}

const ENDING = /\.[^./\\]*$/;

function* named(beside: Iterable<readonly [string, NamedMatrix["matrix"]]>): Generator<NamedMatrix> {
  for (const [key, matrix] of beside) yield { key, matrix, axes: [{ name: "row" }, { name: "column" }] };
}

/** What `--dtype` rounds each step to; nothing when it is float64. */
async function roundingOf({ dtype, dtypeScores }: FinishedRun["settings"]): Promise<Rounding | undefined> {
  const name = FLOAT_NAMES.find((float) => float === dtype && float !== "float64");
  if (name === undefined) return undefined;
  const { typeOf } = await import("../arithmetic/work-in-type.js");
  return {
    name,
    of: (step) => FLOAT_TYPES[typeOf(step, name, dtypeScores === true)],
    ofFactors: name === "tf32" ? FLOAT_TYPES.tf32 : undefined,
  };
}
