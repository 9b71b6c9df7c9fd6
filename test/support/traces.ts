import { withOptions } from "../../src/errors.js";
import { type BooleanMatrix, matrixFromRows } from "../../src/math/matrix.js";
import type { ColorLevel } from "../../src/render/color.js";
import type { Document } from "../../src/render/document.js";
import { lowerToText, type TextOptions } from "../../src/render/text.js";
import type { Expression } from "../../src/trace/expression.js";
import { keyIn, type ScopePart, type Step, type Trace } from "../../src/trace/trace.js";

type StepParts = Partial<Omit<Step, "output" | "op" | "scope">> &
  Pick<Step, "id"> & {
    readonly rows: readonly (readonly number[])[];
    /** The name of the op. */
    readonly op?: string;
    /** The printed form: "head 0", "dot". */
    readonly scope?: string;
  };

/** Makes a step with these numbers, with plain defaults for everything else. */
export function stepOf({ rows, op = "given", scope: written = "", ...parts }: StepParts): Step {
  const matrix = matrixFromRows(rows);
  const scope = written === "" ? [] : [partOf(written)];
  return {
    ...{
      scope,
      key: keyIn(scope, parts.id),
      title: parts.id,
      formula: "",
      inputs: [],
      view: "matrix",
      notes: [],
    },
    ...{ axes: [{ name: "query" }, { name: "key" }], op: unusedOp(op), params: undefined, isKept: true },
    ...parts,
    shape: { rows: matrix.rows, cols: matrix.cols },
    output: () => matrix,
  };
}

/** "head 0" is head number 0. A word without a number is a scoring. */
export function partOf(written: string): ScopePart {
  const [, kind, index] = /^(.*) (\d+)$/.exec(written) ?? [];
  return kind === undefined ? { kind: "scoring", name: written } : { kind, index: Number(index) };
}

function unusedOp(name: string): Step["op"] {
  const unused = () => {
    throw new Error("a renderer computes nothing");
  };
  return { name, definition: unused, shape: unused, compute: unused, explainCells: unused };
}

/** The step with this explanation of every cell. */
export function explainedBy(step: Step, explanation: Expression): Step {
  return { ...step, op: { ...step.op, explainCells: () => () => explanation } };
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

/** A mask that blocks the cells with "x" in the picture. */
export function blockedOf(...rows: readonly string[]): BooleanMatrix {
  const data = Uint8Array.from(rows.join(""), (sign) => (sign === "x" ? 1 : 0));
  return { rows: rows.length, cols: rows[0].length, data };
}

export const WIDE: TextOptions = { width: 80, colorLevel: 0, ascii: false };

export async function textOf(document: Document, options: Partial<TextOptions> = {}): Promise<string> {
  let text = "";
  for await (const chunk of lowerToText(document, { ...WIDE, ...options })) text += chunk;
  return withOptions(text);
}

export const COLOR_LEVELS: readonly ColorLevel[] = [0, 1, 2, 3];

/**
 * Takes a text for a test that is written between two line breaks and indented like the code around it. Removes both.
 */
export function lines(text: string): string {
  const body = text.split("\n").slice(1, -1);
  const indent = Math.min(...body.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return body.map((line) => `${line.slice(indent)}\n`).join("");
}
