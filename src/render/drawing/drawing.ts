import { greatest } from "../../math/lists.js";
import type { Tone } from "./colours.js";

/** Shapes on a sheet in pixels, with the origin at the top left. SVG and PNG are written from it. */
export interface Drawing {
  /** A description for people who cannot see the picture. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export type Point = readonly [x: number, y: number];

export type Shape = Rect | Line | Text;

export interface Rect {
  readonly kind: "rect";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly fill: Tone;
}

export interface Line {
  readonly kind: "line";
  readonly points: readonly Point[];
  readonly stroke: Tone;
  readonly thickness: number;
  /** Lengths of dashes and gaps. */
  readonly dash?: readonly number[];
}

export interface Text {
  readonly kind: "text";
  readonly x: number;
  /** The middle of its letters. */
  readonly y: number;
  readonly text: string;
  readonly fill: Tone;
  readonly anchor: "start" | "middle" | "end";
  readonly isStrong?: true;
  /** Whether it is read upwards. */
  readonly isTurned?: true;
}

/** The size of a letter. Drawings use only one size. */
export const LETTER = { width: 7, height: 12 } as const;

export const widthOfText = (text: string) => Array.from(text).length * LETTER.width;

/** Returns the width of the widest text; 0 for no texts. */
export const widestText = (texts: readonly string[]) => greatest(texts, widthOfText);

/** Creates a text, by default dark and to the right of its place. */
export function textAt(x: number, y: number, text: string, look: Partial<Text> = {}): Shape {
  return { kind: "text", x, y, text, anchor: "start", fill: "ink", ...look };
}

/** Creates a text that is less important than the numbers. */
export const faintAt = (x: number, y: number, text: string, anchor: Text["anchor"] = "start"): Shape =>
  textAt(x, y, text, { anchor, fill: "faint" });

/** Moves the shapes of a drawing to the right and down. */
function moved({ shapes }: Drawing, dx: number, dy: number) {
  return shapes.map((shape) =>
    shape.kind === "line"
      ? { ...shape, points: shape.points.map(([x, y]): Point => [x + dx, y + dy]) }
      : { ...shape, x: shape.x + dx, y: shape.y + dy },
  );
}

/** Puts drawings below each other. */
export function stacked(drawings: readonly Drawing[], gap: number, title: string) {
  const shapes: Shape[] = [];
  let height = 0;
  for (const drawing of drawings) {
    if (height > 0) height += gap;
    for (const shape of moved(drawing, 0, height)) shapes.push(shape); // too many to spread as arguments
    height += drawing.height;
  }
  return { title, width: Math.max(0, ...drawings.map(({ width }) => width)), height, shapes };
}

/** Puts drawings side by side, `count` per row. */
export function inRows(drawings: readonly Drawing[], count: number, gap: number, title: string) {
  const rows: Drawing[] = [];
  const width = Math.max(0, ...drawings.map((drawing) => drawing.width));
  for (let first = 0; first < drawings.length; first += count) {
    const row = drawings.slice(first, first + count);
    rows.push({
      title: "",
      width: row.length * (width + gap) - gap,
      height: Math.max(...row.map(({ height }) => height)),
      shapes: row.flatMap((drawing, index) => moved(drawing, index * (width + gap), 0)),
    });
  }
  return stacked(rows, gap, title);
}

/** Adds a title above a drawing and blank paper around it. */
export function framed(drawing: Drawing, margin: number) {
  const head = LETTER.height + 10;
  return {
    title: drawing.title,
    width: Math.max(drawing.width, widthOfText(drawing.title)) + 2 * margin,
    height: drawing.height + head + 2 * margin,
    shapes: [
      textAt(margin, margin + LETTER.height / 2, drawing.title, { isStrong: true }),
      ...moved(drawing, margin, margin + head),
    ],
  };
}
