import type { Item, Subject } from "./documents/items.js";
import type { NumbersValue } from "./value.js";

/**
 * Finds the step of numbers without a name, for example in a file named after a person. It is the step with the most
 * right numbers; for equal counts the later one, because most people hand in the final result. Returns undefined if no
 * step has their shape.
 */
export function stepOfNumbers({ items, predict }: Subject, numbers: NumbersValue): Item | undefined {
  const right = predict(new Map());
  const hits = ({ key }: Item) =>
    Math.max(
      ...(right.get(key) ?? []).map(({ data }) => numbers.data.filter((x, at) => isNear(x, data[at])).length),
    );
  return items
    .filter((item) => isHandedIn(item) && hasShape(item, numbers))
    .reduce<Item | undefined>((best, item) => (best && hits(best) > hits(item) ? best : item), undefined);
}

/** Returns the last step, which is the final result. */
export const lastStep = ({ items }: Subject): Item | undefined => items.findLast(isHandedIn);

const isHandedIn = ({ isInput, isRare }: Item): boolean => !isInput && !isRare;

const hasShape = ({ shape }: Item, { rows, cols }: NumbersValue): boolean =>
  shape?.rows === rows && shape.cols === cols;

/** A difference that rounding can explain, for any number of digits that people hand in. */
const NEAR = 0.01;

const isNear = (written: number, right: number): boolean =>
  Math.abs(written - right) <= NEAR * Math.max(1, Math.abs(right));
