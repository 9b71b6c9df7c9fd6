import type { MistakeText } from "../../mistakes/mistake.js";
import { isOff } from "../rule.js";
import type { Statistics } from "../statistics.js";

// Dropout cannot be replayed: which weights it zeroed is drawn. What it leaves is noise of a known size, about the right output: a
// weight that becomes 0 with the probability p, and α/(1 − p) otherwise, is α in the mean, with the variance α²·p/(1 − p).

export const dropoutLeftOn: MistakeText = {
  id: "dropout-left-on",
  step: "weights",
  title: "Weights were dropped at random, and the others divided by 1 − p: dropout was left on.",
  formula: "o_i = Σ_j α_ij v_j, with all weights of the row",
  fix: "Turn dropout off: dropout_p=0, or model.eval().",
};

/** So many rows tell noise from something else. */
const FEWEST_ROWS = 32;
const PROBABILITIES = { least: 0.01, most: 0.8 } as const;
/** By this factor the noise of rows with sharp weights and of those with flat ones may differ. */
const SAME_NOISE = 1.6;
/** Standard deviations. */
const MANY = 6;
const FEW_BEYOND = 0.01;

/** A wrong output, cell by cell. */
interface WrongCells {
  readonly got: Float64Array;
  readonly units: Float64Array;
}

/** What speaks for dropout in a wrong output: p, and the cells that its noise explains. Undefined where something speaks against it. */
export function findDropout(statistics: Statistics, { got, units }: WrongCells) {
  const { rows, cols, data: want } = statistics.output;
  const noises: { readonly noise: number; readonly size: number }[] = [];
  let [both, own, doubt] = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const squares = statistics.row(row)?.squares;
    if (!squares) continue;
    let [off, size] = [0, 0];
    for (let c = 0, at = row * cols; c < cols; c++, at++) {
      off += (got[at] - want[at]) ** 2;
      size += squares[c];
      both += got[at] * want[at];
      own += want[at] ** 2;
      doubt += squares[c] * want[at] ** 2;
    }
    noises.push({ noise: off / size, size });
  }
  if (noises.length < FEWEST_ROWS) return undefined;
  const ratio = mean(noises);
  const probability = ratio / (1 + ratio);
  if (!(probability >= PROBABILITIES.least && probability <= PROBABILITIES.most)) return undefined;
  if (Math.abs(both / own - 1) > 0.02 + (MANY * Math.sqrt(ratio * doubt)) / own) return undefined;
  const [sharp, flat] = halves(noises).map(mean);
  if (Math.max(sharp / flat, flat / sharp) > SAME_NOISE) return undefined;
  const isExplained = (at: number) => {
    const square = statistics.row(Math.floor(at / cols))?.squares[at % cols] ?? 0;
    return (got[at] - want[at]) ** 2 <= MANY ** 2 * ratio * square;
  };
  const wrong = Array.from(units.keys()).filter((at) => isOff(units[at]));
  const explains = wrong.filter(isExplained).length;
  if (explains < (1 - FEW_BEYOND) * wrong.length) return undefined;
  return { probability: Number(probability.toPrecision(2)), explains, of: wrong.length };
}

const mean = (rows: readonly { readonly noise: number }[]) =>
  rows.reduce((sum, { noise }) => sum + noise, 0) / rows.length;

/** The rows with the sharpest weights, whose noise is largest, and the others. */
function halves<Row extends { readonly size: number }>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const sorted = rows.toSorted((a, b) => b.size - a.size);
  const half = Math.floor(sorted.length / 2);
  return [sorted.slice(0, half), sorted.slice(half)];
}
