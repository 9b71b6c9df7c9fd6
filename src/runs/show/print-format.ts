import { counted, refuseAs, setting } from "../../errors.js";
import { present, tabulate } from "../../math/lists.js";
import { belowEachOther, shapeText } from "../../math/matrix.js";
import { chooseMatrices, chooseMatrix } from "../../render/formats/choose.js";
import type { AboutRun, Chunks, Format, NamedMatrix } from "../../render/formats/format.js";
import { roundsToZero } from "../../render/number.js";
import { selectSteps } from "../../render/selection.js";
import { type FinishedRun, selectionOf } from "../finished-run.js";
import { type Io, writeNotes } from "../io.js";
import { recordProblem } from "../record-problem.js";

/** Writes a run, or one matrix of it, for programs. If no matrix is chosen, a note says which one is written. */
export function formatChunks(run: FinishedRun, format: Format, io: Io): Chunks {
  const { trace, views } = run;
  const { only, precision = "full", labels, theme, width } = views;
  const isOfArrays = format.holds === "matrix" || format.holds === "matrices";
  const whole = isOfArrays ? wholeArrays(run, format) : undefined;
  const [array] = whole ?? [];
  if (array) writeNotes(io, [`writing ${array.key} of all batches and heads (${array.shape?.join("×")})`]);
  if (format.holds === "matrices") {
    const isWhole = whole === undefined && only === undefined;
    return format.write(whole ?? matricesOf(run), isWhole ? aboutRun(run) : undefined);
  }
  if (format.holds === "steps") return format.write(stepsOf(run));
  const chosen = array ?? chooseMatrix(trace, only, selectionOf(views).scope);
  if (!array && only === undefined) {
    writeNotes(io, [
      `writing ${chosen.key} (${shapeText(chosen.matrix)}); ${setting("only")} STEP writes another step`,
    ]);
  }
  if (format.holds === "run" && format.draw)
    return format.draw(chosen, { precision, labels, look: { theme, width } });
  if (!format.write) throw new TypeError("a format without a writer is printed elsewhere");
  tellZeros(run, [chosen.matrix.data], io);
  return format.write(chosen, { precision, labels });
}

/**
 * Returns the output (or the step of --only) of every batch and head as one array, for a format with any number of
 * axes. Returns undefined if one head was picked, or if there are no arrays. Throws SHAPE_MISMATCH for sequences of
 * different lengths.
 */
function wholeArrays(run: FinishedRun, { isBinary }: Pick<Format, "isBinary"> & object) {
  const { command, reading, settings, views } = run;
  const { arrays, readPart, sliced } = reading;
  const isPicked = sliced.has("batch") || sliced.has("head");
  if (!arrays || !readPart || !isBinary || isPicked || !command.ofHeads) return undefined;
  const { batches, heads } = arrays;
  const parts = tabulate(batches * heads, (index) => {
    const part = readPart({ batch: Math.floor(index / heads), head: index % heads });
    const trace = recordProblem(
      command,
      { ...part, settings: { ...settings, ...part.settings } },
      { needs: "steps" },
    );
    return chooseMatrix(trace, views.only);
  });
  const [{ key, axes, matrix }] = parts;
  const odd = parts.find((one) => one.matrix.rows !== matrix.rows || one.matrix.cols !== matrix.cols);
  if (odd) {
    refuseAs(
      "SHAPE_MISMATCH",
      "The sequences have different lengths, so their outputs are not one array.",
      `Write one of them: ${setting("batch")} 0 ${setting("head")} 0.`,
    );
  }
  const all = belowEachOther(parts.map((one) => one.matrix));
  return [{ key, axes, matrix: all, shape: [batches, heads, matrix.rows, matrix.cols] }];
}

/** Returns the steps that are asked for. Throws UNKNOWN_STEP, also for an input that --only names. */
function stepsOf({ trace, views }: FinishedRun) {
  const selection = selectionOf(views);
  if (views.only === undefined) return selectSteps(trace, selection);
  return selectSteps(trace, { steps: [chooseMatrix(trace, views.only, selection.scope).key] });
}

function aboutRun({ trace, reading, settings }: FinishedRun) {
  return {
    inputs: present([reading.mask && "mask", ...trace.inputs.map(({ name }) => name)]),
    settings: settings as AboutRun["settings"],
    tokens: reading.tokens,
    keyTokens: reading.keyTokens,
  };
}

/** Returns the content of an archive: the mask as 1 and 0, inputs and steps, or only what --only names. */
function* matricesOf({ trace, reading, views }: FinishedRun): Generator<NamedMatrix> {
  const { only } = views;
  const { mask } = reading;
  if (mask && (only === undefined || only === "mask")) {
    const matrix = { ...mask, data: Float64Array.from(mask.data) };
    yield { key: "mask", matrix, axes: [{ name: "query" }, { name: "key" }] };
    if (only !== undefined) return;
  }
  yield* chooseMatrices(trace, only, selectionOf(views));
}

/** Writes a note about numbers other than 0 that are written as 0 with the chosen decimals. */
export function tellZeros({ views }: FinishedRun, numbers: readonly Float64Array[], io: Io): void {
  const { precision } = views;
  if (typeof precision !== "number") return;
  let count = 0;
  for (const values of numbers) for (const value of values) if (roundsToZero(value, precision)) count++;
  if (count === 0) return;
  const said = counted(count, "number that is not 0 is", "numbers that are not 0 are");
  writeNotes(io, [`${said} written as ${(0).toFixed(precision)} with ${setting("precision")} ${precision}`]);
}
