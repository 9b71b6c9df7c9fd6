import { INPUTS, type InputKind } from "../attention/inputs.js";
import { describeNonFinite } from "../attention/non-finite.js";
import type { BooleanMatrix } from "../math/matrix.js";
import { type Joined, spanOfCell } from "./joined.js";
import { refuseAt } from "./source.js";

/**
 * Checks that an input holds what inputs of its kind may hold, and gives the warnings it deserves.
 * Throws NON_FINITE, NOT_A_NUMBER or BAD_VALUE at the first cell at fault.
 */
export function checkKind(joined: Joined): string[] {
  const kind: InputKind = INPUTS[joined.given.name].kind;
  if (kind === "mask") {
    checkMask(joined);
    return [];
  }
  refuseBooleans(joined);
  if (kind === "bias") {
    checkBias(joined);
    return [];
  }
  const warning = describeNonFinite(joined.given.name, joined.matrix);
  return warning ? [warning] : [];
}

/** The mask as yes and no, once it has been checked. */
export function maskOf({ matrix }: Joined): BooleanMatrix {
  return { rows: matrix.rows, cols: matrix.cols, data: Uint8Array.from(matrix.data) };
}

function checkMask(joined: Joined): void {
  const { data } = joined.matrix;
  const cell = data.findIndex((value) => value !== 0 && value !== 1);
  if (cell < 0) return;
  const additive = data.every((value) => value <= 0);
  const hint = additive
    ? "This looks like a bias, which is added to the scores: pass it as --bias."
    : "Write true or 1 where the query may attend to the key, and false or 0 elsewhere.";
  refuseCell(
    joined,
    cell,
    Number.isFinite(data[cell]) ? "BAD_VALUE" : "NON_FINITE",
    "a mask is true/false or 1/0",
    hint,
  );
}

function checkBias(joined: Joined): void {
  const cell = joined.matrix.data.findIndex(
    (value) => Number.isNaN(value) || value === Number.POSITIVE_INFINITY,
  );
  if (cell < 0) return;
  refuseCell(
    joined,
    cell,
    "NON_FINITE",
    "a bias is finite or -Infinity",
    "-Infinity blocks a key; anything else must be a number.",
  );
}

function refuseCell(
  joined: Joined,
  cell: number,
  code: "NON_FINITE" | "BAD_VALUE",
  rule: string,
  hint: string,
): never {
  const { cols, data } = joined.matrix;
  const [row, col] = [Math.floor(cell / cols), cell % cols];
  const { name, parsed } = joined.given;
  return refuseAt(
    parsed.source,
    spanOfCell(joined, row, col).start,
    code,
    `${name} holds ${data[cell]} at [${row}, ${col}]: ${rule}.`,
    hint,
  );
}

function refuseBooleans({ given, parts }: Joined): void {
  const part = parts.find(({ firstBoolean }) => firstBoolean >= 0);
  if (!part) return;
  const word = part.data[part.firstBoolean] === 1 ? "true" : "false";
  refuseAt(
    given.parsed.source,
    given.parsed.spanOf(part, part.firstBoolean).start,
    "NOT_A_NUMBER",
    `${given.name} holds ${word} where a number should stand.`,
    "Only a mask is true or false; write 1 or 0 if the number is meant.",
  );
}
