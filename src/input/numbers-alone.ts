import type { Item, Subject } from "./documents/items.js";
import type { NumbersValue } from "./value.js";

/**
 * Which step numbers are that nothing names, in a file that is named after a person: the one that most of them are right of; of equals
 * the later one, since most people hand in what came out in the end. Undefined where no step has their shape.
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

/** What came out in the end. */
export const endOf = ({ items }: Subject): Item | undefined => items.findLast(isHandedIn);

const isHandedIn = ({ isInput, isRare }: Item): boolean => !isInput && !isRare;

const hasShape = ({ shape }: Item, { rows, cols }: NumbersValue): boolean =>
  shape?.rows === rows && shape.cols === cols;

/** Nearer than that a number is a rounded one, to any digits that people hand in. */
const NEAR = 0.01;

const isNear = (written: number, right: number): boolean =>
  Math.abs(written - right) <= NEAR * Math.max(1, Math.abs(right));
