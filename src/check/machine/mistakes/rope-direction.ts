import type { Matrix } from "../../../math/matrix.js";
import type { Task } from "../task.js";
import type { KernelMistake, Suspicion } from "./kernel-mistake.js";
import { inParts, otherTasks, turnSettings } from "./turning.js";

// RoPE turned backwards: by −p·ω in place of p·ω.

/** The columns that are turned, and which of them are a pair. */
interface Turned {
  readonly size: number;
  readonly areNeighbours: boolean;
}

export const ropeDirection: KernelMistake = {
  id: "rope-direction",
  step: "q-rotated",
  title: "Queries or keys were rotated in the wrong direction: the sine has the wrong sign.",
  formula: "a pair (x, y) at position p becomes (x cos pω − y sin pω, x sin pω + y cos pω)",
  fix: "Negate the first sine: half-split pairs are rotated with (−y, x), not (y, −x).",
  *variants(given) {
    const turned = turnedOf(given);
    if (!turned) return;
    const unturned = otherTasks(given, { rope: undefined });
    const back = (task: Task, part: "query" | "key") =>
      turnedBack(unturned()[task.head][part], task[part], turned);
    yield* inParts(back, undefined, "turned");
  },
};

function turnedOf(given: Suspicion): Turned | undefined {
  const { rope, rotarySize } = turnSettings(given);
  const [{ query }] = given.tasks;
  return rope === undefined
    ? undefined
    : { size: rotarySize ?? query.cols, areNeighbours: rope === "interleaved" };
}

/** From rows before and after they were turned, those turned the other way: the two turned ones add up to 2 cos(pω) times the row. */
function turnedBack(before: Matrix, after: Matrix, { size, areNeighbours }: Turned): Matrix {
  const { rows, cols } = before;
  const data = after.data.slice();
  const [x, y] = [before.data, after.data];
  for (let row = 0; row < rows; row++) {
    for (let pair = 0; pair < size / 2; pair++) {
      const a = row * cols + (areNeighbours ? 2 * pair : pair);
      const b = areNeighbours ? a + 1 : a + size / 2;
      const square = x[a] ** 2 + x[b] ** 2;
      const cosine = square === 0 ? 0 : (x[a] * y[a] + x[b] * y[b]) / square;
      data[a] = 2 * cosine * x[a] - y[a];
      data[b] = 2 * cosine * x[b] - y[b];
    }
  }
  return { rows, cols, data };
}
