import type { MistakeText } from "../../mistakes/mistake.js";
import { isOff } from "../rule.js";
import type { Statistics } from "../statistics.js";

// Dropout cannot be replayed: which weights it zeroed is drawn. What it leaves is noise of a known size, about the right output: a
// weight that becomes 0 with the probability p, and α/(1 − p) otherwise, is α in the mean, with the variance α²·p/(1 − p).

export const dropoutLeftOn: MistakeText = {
  id: "dropout-left-on",
  step: "weights",
  title: "Weights were dropped at random, and the others divided by 1 − p: dropout is still on.",
  formula: "o_i = Σ_j α_ij v_j, with all weights of the row",
  fix: "Turn dropout off: dropout_p=0, or model.eval().",
};

/** So many rows tell noise from something else. */
const FEWEST_ROWS = 32;
const PROBABILITIES = { least: 0.03, most: 0.8 } as const;
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

/** The errors of one wrong output, as far as dropout can be told from them. */
export interface Noise {
  /** Of each row the sum of squared errors, and of Σ α² v². */
  readonly rows: readonly { readonly noise: number; readonly size: number }[];
  /** Σ got · want, Σ want², and Σ α² v² · want². */
  readonly both: number;
  readonly own: number;
  readonly doubt: number;
  /** The wrong cells, and those of them that noise explains whose variance is so many Σ α² v². */
  explained(ratio: number): { readonly explains: number; readonly of: number };
}

/** The errors of a wrong output. */
export function noiseOf(statistics: Statistics, { got, units }: WrongCells): Noise {
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
  return {
    rows: noises,
    both,
    own,
    doubt,
    explained(ratio) {
      const wrong = Array.from(units.keys()).filter((at) => isOff(units[at]));
      const isExplained = (at: number) => {
        const square = statistics.row(Math.floor(at / cols))?.squares[at % cols] ?? 0;
        return (got[at] - want[at]) ** 2 <= MANY ** 2 * ratio * square;
      };
      return { explains: wrong.filter(isExplained).length, of: wrong.length };
    },
  };
}

/**
 * What speaks for dropout in the wrong outputs of all heads together: p, and the cells that its noise explains. Undefined where
 * something speaks against it.
 */
export function findDropout(outputs: readonly Noise[]) {
  const rows = outputs.flatMap((output) => output.rows);
  if (rows.length < FEWEST_ROWS) return undefined;
  const ratio = mean(rows);
  const probability = ratio / (1 + ratio);
  if (!(probability >= PROBABILITIES.least && probability <= PROBABILITIES.most)) return undefined;
  const sum = (of: (output: Noise) => number) => outputs.reduce((total, output) => total + of(output), 0);
  const own = sum((output) => output.own);
  const slope = sum(({ both }) => both) / own;
  if (Math.abs(slope - 1) > 0.02 + (MANY * Math.sqrt(ratio * sum(({ doubt }) => doubt))) / own)
    return undefined;
  const [sharp, flat] = halves(rows).map(mean);
  if (Math.max(sharp / flat, flat / sharp) > SAME_NOISE) return undefined;
  const counts = outputs.map((output) => output.explained(ratio));
  const [explains, of] = [sumOf(counts, "explains"), sumOf(counts, "of")];
  if (explains < (1 - FEW_BEYOND) * of) return undefined;
  return { probability: Number(probability.toPrecision(2)), counts };
}

const sumOf = <Name extends string>(all: readonly Readonly<Record<Name, number>>[], name: Name): number =>
  all.reduce((total, one) => total + one[name], 0);

const mean = (rows: readonly { readonly noise: number }[]) =>
  rows.reduce((sum, { noise }) => sum + noise, 0) / rows.length;

/** The rows with the sharpest weights, whose noise is largest, and the others. */
function halves<Row extends { readonly size: number }>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const sorted = rows.toSorted((a, b) => b.size - a.size);
  const half = Math.floor(sorted.length / 2);
  return [sorted.slice(0, half), sorted.slice(half)];
}
