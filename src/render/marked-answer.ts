import type { CheckedStep } from "../check/check.js";
import { isTrue } from "../math/matrix.js";
import { isWrittenAs, type WrittenNumber } from "../math/written.js";
import { markedCellName, maskedText, shortNumber } from "./cell-arithmetic.js";
import { type Block, type MarkedCell, paragraph } from "./document.js";

/** The numbers of a step as they were written, with the mark that each got. */
export function markAnswer(step: CheckedStep): Block {
  const { written, rows, cols, step: of } = step.judgement.answer;
  const markOf = markCells(step);
  const cells = written.map((cell, index) => ({ text: textOf(cell), mark: markOf(index) }));
  return { kind: "marked", axes: of.axes, rows, cols, cells };
}

/** A wrong cell is carried when it follows from the person's own numbers. */
function markCells({ verdict, judgement }: CheckedStep): (index: number) => MarkedCell["mark"] {
  const { answer, wrong, off, own, exact } = judgement;
  const [areWrong, areOff] = [new Set(wrong), new Set(off)];
  return (index) => {
    if (!areWrong.has(index)) return areOff.has(index) ? "rounded" : "right";
    const cell = answer.cells[index];
    const follows = own !== exact && cell !== null && isWrittenAs(own.data[index], cell);
    return verdict === "follows" || follows ? "carried" : "wrong";
  };
}

/** The digits that were typed. */
function textOf(cell: WrittenNumber | null): string {
  if (!cell) return "—";
  const { value, decimals } = cell;
  if (!Number.isFinite(value)) return shortNumber(value);
  return decimals > 0 && decimals <= 10 && Math.abs(value) < 1e9 ? value.toFixed(decimals) : String(value);
}

/** Of many cells so many are told one by one. */
const CELLS_TOLD = 6;

/** How far cells are off that rounding excuses, and how far it may move them. */
export function describeRounding({ rounded, judgement }: CheckedStep): Block[] {
  if (!rounded) return [];
  const { step } = judgement.answer;
  const digits = (value: number) => shortNumber(Number(value.toPrecision(2)));
  const told = rounded.off.slice(0, CELLS_TOLD).map(({ cell: [row, col], difference }) => {
    return `${markedCellName(step, row, col)} by ${digits(difference)}`;
  });
  const more = rounded.off.length - told.length;
  const off = more > 0 ? [...told, `${more} more`] : told;
  const text = `Off by rounding: ${off.join(", ")}. Rounding every step by hand may move a cell by ${digits(rounded.bound)} here.`;
  return [paragraph(text, "dim")];
}

/** Of a step with wrong masked cells, why they are what they are; the first few. */
export function explainMasked({ judgement }: CheckedStep): Block[] {
  const { wrong, answer } = judgement;
  const { step, cols } = answer;
  const masked = wrong
    .map((index) => [Math.floor(index / cols), index % cols] as const)
    .filter(([row, col]) => step.blocked && isTrue(step.blocked, row, col));
  const told = masked.slice(0, CELLS_TOLD).map(([row, col]) => paragraph(maskedText(step, row, col)));
  const more = masked.length - told.length;
  return more > 0 ? [...told, paragraph(`${more} more masked cells likewise.`)] : told;
}
