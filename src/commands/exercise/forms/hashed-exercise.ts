import type { Matrix } from "../../../math/matrix.js";
import { type HashedExercise, hashOf, unitsOfLast } from "../../../render/page/hashed-answers.js";
import type { Exercise } from "../exercise.js";

/**
 * Returns an exercise as its page contains it: with hashes of the right answers, and of the numbers that each mistake
 * gives.
 */
export function hashedExercise(exercise: Exercise): HashedExercise {
  const { kind, seed, number, decimals, blanks, wrong } = exercise;
  const salt = `${kind} ${seed} ${number}`;
  const rightOf = (key: string) => blanks.find((step) => step.key === key)?.output();
  const hashes = (
    numbersOf: (key: string) => Matrix | undefined,
    isAsked: (value: number, right: number) => boolean,
  ) => {
    const found: Record<string, string> = {};
    let start = 0;
    for (const { key, shape } of blanks) {
      const [numbers, right] = [numbersOf(key)?.data, rightOf(key)?.data];
      for (const [at, value] of numbers?.entries() ?? []) {
        if (!Number.isFinite(value) || !isAsked(value, right?.[at] ?? Number.NaN)) continue;
        const cell = String(start + at);
        found[cell] = hashOf(salt, cell, unitsOfLast(value, decimals));
      }
      start += shape.rows * shape.cols;
    }
    return found;
  };
  const isOther = (value: number, right: number) => Math.abs(value - right) > 2.5 * 10 ** -decimals;
  return {
    salt,
    decimals,
    right: hashes(rightOf, () => true),
    wrong: wrong.map(({ mistake, steps }) => ({
      title: mistake.title,
      cells: hashes((key) => steps.get(key), isOther),
    })),
  };
}
