import { UserError } from "../../errors.js";
import { belowEachOther } from "../../math/matrix.js";
import { chooseMatrix } from "../../render/formats/choose.js";
import type { Format, NamedMatrix } from "../../render/formats/format.js";
import { setting } from "../../setting-names.js";
import type { FinishedRun } from "../finished-run.js";
import { recordProblem } from "../record-problem.js";

/**
 * What a run of arrays is written as by a format that has any number of axes: the output (or what --only names) of every batch and head, one
 * after the other; undefined where one of them was picked, or there is one alone. Throws SHAPE_MISMATCH for sequences of unlike lengths.
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
  const parts = Array.from({ length: batches * heads }, (_, index) => {
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
      "The sequences have unlike lengths: their outputs are no one array.",
      `Write one of them: ${setting("batch")} 0 ${setting("head")} 0.`,
    );
  }
  const all = belowEachOther(parts.map((one) => one.matrix));
  return [{ key, axes, matrix: all, shape: [batches, heads, matrix.rows, matrix.cols] }];
}
