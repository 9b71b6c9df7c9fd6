import { greatest, sumOver } from "../../../math/lists.js";
import { type Matrix, mapCells, transpose } from "../../../math/matrix.js";
import { remembered } from "../../../math/remember.js";
import type { MistakeText } from "../../mistakes/mistake.js";
import { cellFor, scoresOfRow } from "../row-scores.js";
import { makeRow } from "../rows.js";
import { isOff } from "../rule.js";
import type { Statistics } from "../statistics.js";
import type { Task } from "../task.js";
import { isOffInRow } from "../where.js";
import { everyTask, type KernelMistake, type Variant, withTask } from "./kernel-mistake.js";

// Dropout cannot be replayed, because the weights that it zeroed were drawn. It leaves noise of a known size around the
// right output. A weight becomes 0 with the probability p, else α/(1 − p). Its mean is α, its variance α²·p/(1 − p).

export const dropoutLeftOn: MistakeText = {
  id: "dropout-left-on",
  step: "weights",
  title: "Weights were dropped at random, and the others divided by 1 − p: dropout is still on.",
  formula: "o_i = Σ_j α_ij v_j, with all weights of the row",
  fix: "Turn dropout off: dropout_p=0, or model.eval().",
};

/** The minimum number of rows that distinguishes noise from other errors. */
const MIN_ROWS = 32;
const PROBABILITIES = { least: 0.03, most: 0.8 } as const;
/** The maximum ratio between the noise of rows with sharp weights and that of rows with flat weights. */
const SAME_NOISE = 1.6;
/** A number of standard deviations. */
const MANY = 6;
const FEW_BEYOND = 0.01;

/** A wrong output with the error of each cell, in units of its expected error. */
interface WrongCells {
  readonly got: Float64Array;
  readonly units: Float64Array;
}

/** The errors of one wrong output, in the sums that distinguish dropout. */
export interface Noise {
  /** Per row: `size` is Σ α² v² over all columns, and `noise` is the sum of squared errors divided by `size`. */
  readonly rows: readonly { readonly noise: number; readonly size: number }[];
  /** Σ got · want. Then Σ want², and Σ α² v² · want². */
  readonly both: number;
  readonly own: number;
  readonly doubt: number;
  /** Whether a row of a single key is right. Dropout would have made it 0, or 1/(1 − p) times its value. */
  readonly hasRightKey: boolean;
  /** Counts the wrong cells, and those that noise with the variance ratio · Σ α² v² explains. */
  explained(ratio: number): { readonly explains: number; readonly of: number };
}

/** Sums up the errors of a wrong output. */
export function noiseOf(statistics: Statistics, { got, units }: WrongCells): Noise {
  const { rows, cols, data: want } = statistics.output;
  const noises: { readonly noise: number; readonly size: number }[] = [];
  let [both, own, doubt] = [0, 0, 0];
  let hasRightKey = false;
  for (let row = 0; row < rows; row++) {
    const { squares, keys } = statistics.row(row) ?? {};
    if (!squares) continue;
    hasRightKey ||= keys === 1 && !isOffInRow(units, cols, row);
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
    hasRightKey,
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
 * Decides whether dropout explains the wrong outputs of all heads together. Returns p and the number of cells that its
 * noise explains, or undefined if dropout does not fit.
 */
export function findDropout(outputs: readonly Noise[]) {
  const rows = outputs.flatMap((output) => output.rows);
  if (rows.length < MIN_ROWS || outputs.some(({ hasRightKey }) => hasRightKey)) return undefined;
  const ratio = mean(rows);
  const probability = ratio / (1 + ratio);
  if (!(probability >= PROBABILITIES.least && probability <= PROBABILITIES.most)) return undefined;
  const sum = (of: (output: Noise) => number) => sumOver(outputs, of);
  const own = sum((output) => output.own);
  const slope = sum(({ both }) => both) / own;
  if (Math.abs(slope - 1) > 0.02 + (MANY * Math.sqrt(ratio * sum(({ doubt }) => doubt))) / own)
    return undefined;
  const [sharp, flat] = halves(rows).map(mean);
  if (Math.max(sharp / flat, flat / sharp) > SAME_NOISE) return undefined;
  const counts = outputs.map((output) => output.explained(ratio));
  const unexplained = sumOver(counts, ({ explains, of }) => of - explains);
  if (unexplained > FEW_BEYOND * sumOver(counts, ({ of }) => of)) return undefined;
  return { probability: Number(probability.toPrecision(2)), counts };
}

const mean = (rows: readonly { readonly noise: number }[]) =>
  sumOver(rows, ({ noise }) => noise) / rows.length;

/** Splits rows into those with the sharpest weights, whose noise is largest, and the others. */
function halves<Row extends { readonly size: number }>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const sorted = rows.toSorted((a, b) => b.size - a.size);
  const half = Math.floor(sorted.length / 2);
  return [sorted.slice(0, half), sorted.slice(half)];
}

// Dropout with a known mask, if the kernel used another mask.

type DroppedTask = Task & { readonly dropped: Matrix };

/** Wrong masks that kernels use, by description. Each is made from an attention, its index and all attentions. */
const OTHER_MASKS: Readonly<
  Record<string, (task: DroppedTask, at: number, all: readonly Task[]) => Matrix | undefined>
> = {
  none: () => undefined,
  "zeros and ones swapped": ({ dropped }) => mapCells(dropped, (own) => factorOf(dropped) - own),
  "of the next head": (_, at, all) => all[(at + 1) % all.length].dropped,
  "of the first head": (_, _at, all) => all[0].dropped,
  transposed: ({ dropped }) => (dropped.rows === dropped.cols ? transpose(dropped) : dropped),
};

/** Returns 1 / (1 − p), the largest factor in the mask. */
const factorOf = remembered((mask: Matrix) => greatest(mask.data));

/** Returns each wrong mask with the attentions that use it. Leaves out masks that are right in all of them. */
export function withOtherMasks(all: readonly Task[]) {
  return Object.entries(OTHER_MASKS).flatMap(([mask, of]) => {
    const others = all.map((task, at): Task => {
      const { dropped } = task;
      return dropped ? { ...task, dropped: of({ ...task, dropped }, at, all) } : task;
    });
    return others.some(({ dropped }, at) => dropped !== all[at].dropped) ? [{ mask, others }] : [];
  });
}

/** What dropout does to a score if it is applied before the softmax. */
const ELSEWHERE: Readonly<Record<string, (score: number, kept: number) => number>> = {
  "of the scores, which become 0": (score, kept) => score * kept,
  "of the scores, which become −∞": (score, kept) => (kept === 0 ? Number.NEGATIVE_INFINITY : score),
};

export const dropoutMisplaced: KernelMistake = {
  id: "dropout-misplaced",
  step: "weights",
  title: "Dropout was applied before the weights were made, or what it kept was not divided by 1 − p.",
  formula: "o_i = Σ_j α_ij M_ij / (1 − p) v_j",
  fix: "Multiply the weights by the mask behind the softmax, and divide by 1 − p.",
  isPossible: everyTask(({ dropped }) => dropped),
  variants: () => [
    ...Object.entries(ELSEWHERE).map(
      ([dropout, of]): Variant => ({
        parameters: { dropout },
        make: ({ dropped, ...task }, row) =>
          makeRow(
            task,
            row,
            scoresOfRow(task, row).map((score, j) => of(score, dropped ? cellFor(dropped, row, j) : 1)),
          ),
      }),
    ),
    withTask(({ dropped }) => ({ dropped: dropped && mapCells(dropped, Math.sign) }), {
      divided: "by 1",
    }),
    withTask(({ dropped }) => ({ dropped: dropped && mapCells(dropped, (own) => own && 1 / own) }), {
      multiplied: "by 1 − p",
    }),
  ],
};

export const dropoutOtherMask: KernelMistake = {
  id: "dropout-other-mask",
  step: "weights",
  title: "The dropped weights are not those of the mask.",
  formula: "o_i = Σ_j α_ij M_ij / (1 − p) v_j",
  fix: "Check how the mask is drawn or indexed, which head it belongs to, and whether true means kept.",
  isPossible: everyTask(({ dropped }) => dropped),
  variants: ({ tasks }) =>
    withOtherMasks(tasks).map(({ mask, others }) =>
      withTask((task) => others[tasks.indexOf(task)] ?? task, { mask }),
    ),
};
