import { type BooleanMatrix, matrixFromRows } from "../../../src/math/matrix.js";
import type { ColorLevel } from "../../../src/render/color.js";
import type { Document } from "../../../src/render/document.js";
import { lowerToText, type TextOptions } from "../../../src/render/text.js";
import type { Step, Trace } from "../../../src/trace/trace.js";

type StepParts = Partial<Omit<Step, "output">> &
  Pick<Step, "id"> & { readonly rows: readonly (readonly number[])[] };

/** A step with these numbers; everything that a test does not mention is plain. */
export function stepOf({ rows, ...parts }: StepParts): Step {
  const unused = () => {
    throw new Error("a renderer computes nothing");
  };
  return {
    ...{ scope: "", title: parts.id, formula: "", op: "given", inputs: [], view: "matrix", notes: [] },
    ...{ axes: [{ name: "query" }, { name: "key" }], compute: unused, explainCell: unused },
    ...parts,
    output: () => matrixFromRows(rows),
  };
}

export function traceOf(steps: readonly Step[], parts: Partial<Trace> = {}): Trace {
  return {
    command: "attend",
    inputs: [],
    steps,
    conventions: [],
    results: {},
    facts: {},
    warnings: [],
    ...parts,
  };
}

/** Blocked where a row of the picture has "x". */
export function blockedOf(...rows: readonly string[]): BooleanMatrix {
  const data = Uint8Array.from(rows.join(""), (sign) => (sign === "x" ? 1 : 0));
  return { rows: rows.length, cols: rows[0].length, data };
}

export const WIDE: TextOptions = { width: 80, colorLevel: 0, ascii: false };

export async function textOf(document: Document, options: Partial<TextOptions> = {}): Promise<string> {
  let text = "";
  for await (const chunk of lowerToText(document, { ...WIDE, ...options })) text += chunk;
  return text;
}

export const COLOR_LEVELS: readonly ColorLevel[] = [0, 1, 2, 3];

/** A text for a test, written between two lines of its own and indented like the code around it. */
export function lines(text: string): string {
  const body = text.split("\n").slice(1, -1);
  const indent = Math.min(...body.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return body.map((line) => `${line.slice(indent)}\n`).join("");
}
