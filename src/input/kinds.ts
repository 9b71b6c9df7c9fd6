import { INPUTS, type InputKind } from "../attention/inputs.js";
import { setting } from "../errors.js";
import type { BooleanMatrix } from "../math/matrix.js";
import { describeNonFinite } from "../math/non-finite.js";
import { type Joined, spanOfCell } from "./joined.js";
import { refuseAt } from "./source.js";

/** The values that masks and biases may have. */
interface CellRule {
  readonly rule: string;
  allows(value: number): boolean;
  hint(data: Float64Array): string;
}

const CELL_RULES: Partial<Record<InputKind, CellRule>> = {
  mask: {
    rule: "a mask is true/false or 1/0",
    allows: (value) => value === 0 || value === 1,
    hint: (data) =>
      data.every((value) => value <= 0)
        ? `This looks like a bias, which is added to the scores: give it as ${setting("bias")}.`
        : "Write true or 1 if the query may attend to the key, else false or 0.",
  },
  bias: {
    rule: "a bias is finite or -Infinity",
    allows: (value) => value < Number.POSITIVE_INFINITY,
    hint: () => "-Infinity blocks a key; anything else must be a number.",
  },
  dropout: {
    rule: "a dropout mask is true/false or 1/0, or 1/(1 − p) and 0",
    allows: (value) => value === 0 || (value >= 1 && Number.isFinite(value)),
    hint: () => "Write 1 for a kept weight, and 0 for a dropped one.",
  },
};

/**
 * Checks the values of an input by its kind, and returns warnings. Throws NON_FINITE, NOT_A_NUMBER or BAD_VALUE at the
 * first wrong cell.
 */
export function checkKind(joined: Joined): string[] {
  const { from, parts, matrix } = joined;
  const { name, parsed } = from;
  const kind: InputKind = INPUTS[name].kind;
  const part = parts.find(({ firstBoolean }) => firstBoolean >= 0);
  if (part && kind !== "mask" && kind !== "dropout") {
    const { start } = parsed.spanOf(part, part.firstBoolean);
    const message = `${name} holds ${part.data[part.firstBoolean] === 1} where a number is expected.`;
    const hint = "Only a mask is true or false; write 1 or 0 for a number.";
    refuseAt(parsed.source, start, "NOT_A_NUMBER", message, hint);
  }
  const rule = CELL_RULES[kind];
  if (!rule) return [describeNonFinite(name, matrix) ?? []].flat();
  const { cols, data } = matrix;
  const cell = data.findIndex((value) => !rule.allows(value));
  if (cell < 0) return [];
  const [row, col] = [Math.floor(cell / cols), cell % cols];
  const code = Number.isFinite(data[cell]) ? "BAD_VALUE" : "NON_FINITE";
  const message = `${name} holds ${data[cell]} at [${row}, ${col}]: ${rule.rule}.`;
  return refuseAt(parsed.source, spanOfCell(joined, row, col).start, code, message, rule.hint(data));
}

/** Returns a checked mask as booleans. */
export function maskOf({ matrix }: Joined): BooleanMatrix {
  return { rows: matrix.rows, cols: matrix.cols, data: Uint8Array.from(matrix.data) };
}
