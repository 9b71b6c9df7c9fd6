import type { Weight } from "../../attention/model/architecture.js";
import type { Shape } from "../../math/matrix.js";
import { createRandom } from "../../math/random.js";
import { storedMatrix } from "../../math/stored-matrix.js";
import type { Initialisation } from "./initialisation.js";

/** A weight whose rows are drawn each from a stream of its own, so that one can be had without the others. */
export function drawWeight(
  name: string,
  shape: Shape,
  into: number,
  how: Initialisation,
  seed: number,
): Weight {
  const { rows, cols } = shape;
  const out = (rows * cols) / into;
  const draw = (first: number, count: number) => {
    const data = new Float64Array(count * cols);
    for (let row = 0; row < count; row++) {
      const next = how.numbers(createRandom(seed, `${name}/${first + row}`), into, out);
      for (let col = 0; col < cols; col++) data[row * cols + col] = next();
    }
    return data;
  };
  let known: WeakRef<Float64Array> | undefined;
  const read = () => {
    const data = known?.deref() ?? draw(0, rows);
    known = new WeakRef(data);
    return data;
  };
  const readRows = ({ first, count }: { readonly first: number; readonly count: number }) => {
    const whole = known?.deref();
    const data = whole ? whole.slice(first * cols, (first + count) * cols) : draw(first, count);
    return { rows: count, cols, data };
  };
  return { name, matrix: storedMatrix(shape, read, readRows) };
}
