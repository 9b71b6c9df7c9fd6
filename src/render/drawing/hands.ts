import { tabulate } from "../../math/lists.js";
import { cellOf } from "../../math/matrix.js";
import { leftOutOf } from "../clock-hands.js";
import type { Hands } from "../document.js";
import { namesOn } from "../label.js";
import { type Drawing, faintAt, LETTER, type Point, type Shape, widestText, widthOfText } from "./drawing.js";

const CLOCK = 28;
/** The distance from a clock to the next. */
const STEP = CLOCK + 6;
const MOST_CLOCKS = 12;
const MOST_HANDS = 16;

/** Draws angles as hands of clocks, one row of clocks per column. A line below says what is left out. */
export function drawHands({ matrix, axes }: Hands, title: string): Drawing {
  const [clocks, hands] = [Math.min(matrix.cols, MOST_CLOCKS), Math.min(matrix.rows, MOST_HANDS)];
  const names = namesOn(axes[1], clocks).map((name) => `${axes[1].name} ${name}`);
  const left = widestText(names) + 10;
  const xOf = (row: number) => left + row * STEP + CLOCK / 2;
  const bottom = clocks * STEP + LETTER.height;
  const leftOut = leftOutOf([axes[0].name, hands, matrix.rows], [axes[1].name, clocks, matrix.cols]);
  const shapes = names.flatMap((name, col): Shape[] => {
    const y = col * STEP + CLOCK / 2;
    const clocksOfRow = tabulate(hands, (row) => drawClock(xOf(row), y, cellOf(matrix, row, col)));
    return [faintAt(left - 8, y, name, "end"), ...clocksOfRow.flat()];
  });
  for (const [row, name] of namesOn(axes[0], hands).entries())
    shapes.push(faintAt(xOf(row), bottom - LETTER.height / 2, name, "middle"));
  if (leftOut !== "") shapes.push(faintAt(0, bottom + LETTER.height, leftOut));
  return {
    title,
    width: Math.max(left + hands * STEP, widthOfText(leftOut)),
    height: bottom + (leftOut === "" ? 0 : 2 * LETTER.height),
    shapes,
  };
}

function drawClock(x: number, y: number, angle: number): readonly Shape[] {
  const tip: Point = [x + (Math.sin(angle) * CLOCK) / 2, y - (Math.cos(angle) * CLOCK) / 2];
  return [
    { kind: "line", points: circle(x, y, CLOCK / 2), stroke: "rule", thickness: 1 },
    { kind: "line", points: [[x, y], tip], stroke: "ink", thickness: 2 },
  ];
}

const circle = (x: number, y: number, radius: number): Point[] =>
  tabulate(33, (step): Point => {
    const angle = (2 * Math.PI * step) / 32;
    return [x + Math.cos(angle) * radius, y + Math.sin(angle) * radius];
  });
