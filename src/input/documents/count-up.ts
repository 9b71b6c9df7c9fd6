import type { WrittenNumber } from "../../math/written.js";

/** Whether numbers count up one by one, from 0 or 1. */
export const countUp = (numbers: readonly number[]): boolean =>
  (numbers[0] === 0 || numbers[0] === 1) && numbers.every((number, at) => number === numbers[0] + at);

/** Whether cells are whole numbers that count up. */
export const cellsCountUp = (cells: readonly (WrittenNumber | null | undefined)[]): boolean =>
  cells.every((cell) => cell?.decimals === 0) && countUp(cells.map((cell) => cell?.value ?? Number.NaN));
