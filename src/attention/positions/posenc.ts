import { refuseAs, setting } from "../../errors.js";
import { type Matrix, shapeText } from "../../math/matrix.js";
import type { Axes, Trace } from "../../trace/trace.js";
import type { InputName } from "../inputs.js";
import type { Problem } from "../problem.js";
import { type RecordOptions, recorder, recordRecipe, refuseTooLarge } from "../recorder.js";
import { countPositions, type PositionKind, positionAxis } from "./kind.js";
import { ENCODING_SETTINGS, type KindSettings } from "./kind-settings.js";
import { POSITION_KINDS, type PosencSettings } from "./registry.js";

/** The inputs that `posenc` takes. */
export const POSENC_INPUTS: readonly InputName[] = ["positions", "x", "table", "encoding"];

/** The default number of positions. */
const DEFAULT_LENGTH = 10;

/** The largest position: a float64 does not represent every larger whole number. */
const FARTHEST_POSITION = 2 ** 53;

/**
 * Records positional encodings: the numbers of one kind for a list of positions, and the effect of shifting all
 * positions. Throws UserError: MISSING_INPUT, CONFLICTING_INPUTS, SHAPE_MISMATCH, BAD_VALUE.
 */
export function recordPosenc(problem: Problem<PosencSettings>, { arithmetic }: RecordOptions = {}): Trace {
  return recordRecipe("posenc", { arithmetic }, () => {
    const name = problem.settings.kind;
    const kind: PositionKind = POSITION_KINDS[name];
    recorder.convention("kind", name, `${kind.title} (${kind.source})`);
    kind.record(prepareContext(problem, kind));
  });
}

/** Records the inputs and decides the positions. */
function prepareContext({ matrices, tokens, settings: given }: Problem<PosencSettings>, kind: PositionKind) {
  const settings = { ...given, base: given.base ?? ENCODING_SETTINGS.base.default };
  const positions = settlePositions(matrices, tokens, settings, kind);
  const axis = positionAxis(positions, tokens);
  const input = (name: "positions" | "x" | "table", axes?: Axes) => {
    const matrix = matrices[name];
    return matrix && recorder.input(name, matrix, axes);
  };
  return {
    settings,
    positions,
    axis,
    givenPositions: input("positions"),
    x: input("x", [axis, { name: "d_model" }]),
    table: input("table", [{ name: "position" }, { name: "column" }]),
  };
}

/** Returns the given positions, or else offset, offset + 1, …, as many as `length`, the rows of x or the tokens. */
function settlePositions(
  { positions: given, x }: Problem["matrices"],
  tokens: Problem["tokens"],
  settings: KindSettings,
  kind: PositionKind,
) {
  const { length, offset, relative } = settings;
  if (!given) {
    const count = length ?? x?.rows ?? tokens?.length ?? DEFAULT_LENGTH;
    requireRows(x, count);
    refuseTooLarge(
      count,
      settings.dModel ?? x?.cols ?? 1,
      `Make it smaller, or give some of them: ${setting("positions")} 0,1000000.`,
    );
    return requirePositions(countPositions(count, offset ?? kind.firstPosition?.(settings) ?? 0));
  }
  if (length !== undefined || offset !== undefined) {
    const conflicting = length === undefined ? setting("offset") : setting("length");
    refuseAs(
      "CONFLICTING_INPUTS",
      `Both positions and ${conflicting} give the positions of the rows.`,
      `Leave out ${conflicting}: positions has all of them.`,
    );
  }
  if (given.rows !== 1 && given.cols !== 1 && !relative)
    refuseAs(
      "SHAPE_MISMATCH",
      `positions is ${shapeText(given)}; it must be one row or one column.`,
      `A matrix of relative positions needs ${setting("relative")} (t5, clipped).`,
      "positions",
    );

  requireRows(x, given.data.length);
  return requirePositions(given.data);
}

function requireRows(x: Matrix | undefined, count: number) {
  if (!x || x.rows === count) return;
  refuseAs(
    "SHAPE_MISMATCH",
    `x has ${x.rows} rows, but there are ${count} positions.`,
    "Each row of x has one position.",
    "x",
  );
}

function requirePositions(positions: Float64Array) {
  const at = positions.findIndex((position) => !(Math.abs(position) <= FARTHEST_POSITION));
  if (at < 0) return positions;
  refuseAs(
    "BAD_VALUE",
    `Position ${positions[at]} is not a position.`,
    "A position is a number up to 2^53.",
    "positions",
  );
}
