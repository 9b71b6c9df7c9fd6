import { address } from "./panel";
import { Task } from "./task";

/**
 * Measures how far an answer is from the output of a task whose squares were summed. The error of a cell has the
 * variance a·(Σ α² v²) + b·o² + c·(Σ α² (v − o)²) + d·m + `constant`: `factors` has a, b, c and d of each row, and
 * `columns` m of each column. Replaces the answer by its errors in units of expected error, and stores the sum of the
 * squared units of each row. Returns the index of the cell that is farthest off. Returns −1 as soon as one is off by more
 * than `most` units, and −2 if some units or variance are not finite.
 */
export function measure(task: Task, got: usize, factors: usize, columns: usize, constant: f64, most: f64, sums: usize): i32 {
  const cols = task.valueSize;
  const count = task.rows * cols;
  let worst = 0;
  let largest: f64 = 0;
  for (let start = 0; start < count; start += cols) {
    const ofSquares = load<f64>(factors);
    const ofOutput = load<f64>(factors, 8);
    const ofSpread = load<f64>(factors, 16);
    const ofMean = load<f64>(factors, 24);
    let sum: f64 = 0;
    for (let column = 0; column < cols; column++) {
      const at = start + column;
      const o = load<f64>(address(task.output, at));
      const off = abs(load<f64>(address(got, at)) - o);
      // Added in the same order as in src/check/machine/expected-error.ts.
      const variance =
        ofSquares * load<f64>(address(task.squares, at)) +
        ofOutput * o * o +
        ofSpread * load<f64>(address(task.squares, count + at)) +
        ofMean * load<f64>(address(columns, column)) +
        constant;
      const units = off == 0 ? 0 : off / sqrt(variance);
      if (!(units < Infinity && variance < Infinity)) return -2;
      if (units > most) return -1;
      store<f64>(address(got, at), units);
      if (units > largest) {
        largest = units;
        worst = at;
      }
      sum += units * units;
    }
    store<f64>(sums, sum);
    sums += 8;
    factors += 32;
  }
  return worst;
}
