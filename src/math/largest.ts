import { remember } from "./remember.js";

const known = new WeakMap<Float64Array, number>();

/** Returns the largest |x|, or NaN if there is a NaN. It is remembered, because recipes ask for it again. */
export const largestOf = (numbers: Float64Array): number =>
  remember(known, numbers, () => {
    let most = 0;
    for (let at = 0; at < numbers.length; at++) most = Math.max(most, Math.abs(numbers[at]));
    return most;
  });

/** Notes what `largestOf` returns, if reading the numbers has shown it. */
export function noteLargest(numbers: Float64Array, largest: number): void {
  known.set(numbers, largest);
}
