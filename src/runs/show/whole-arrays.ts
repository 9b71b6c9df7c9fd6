import { UserError } from "../../errors.js";
import { tabulate } from "../../math/lists.js";
import { belowEachOther } from "../../math/matrix.js";
import { chooseMatrix } from "../../render/formats/choose.js";
import type { Format, NamedMatrix } from "../../render/formats/format.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import { recordProblem } from "../record-problem.js";

/**
 * Returns the output (or the step of --only) of every batch and head as one array, for a format with any number of
 * axes. Returns undefined if one head was picked, or if there are no arrays. Throws SHAPE_MISMATCH for sequences of
 * different lengths.
 */
export function wholeArrays(
  run: FinishedRun,
  { isBinary }: Pick<Format, "isBinary"> & object,
): readonly NamedMatrix[] | undefined {
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
    throw new UserError(
      "SHAPE_MISMATCH",
      "The sequences have different lengths, so their outputs are not one array.",
      `Write one of them: ${setting("batch")} 0 ${setting("head")} 0.`,
    );
  }
  const all = belowEachOther(parts.map((one) => one.matrix));
  return [{ key, axes, matrix: all, shape: [batches, heads, matrix.rows, matrix.cols] }];
}
