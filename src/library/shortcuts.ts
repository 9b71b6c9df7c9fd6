import { attend as attendCommand } from "../commands/attend.js";
import { posenc as posencCommand } from "../commands/posenc.js";
import { isNamed, type PosencInputs } from "./plain.js";
import type { AttendSettings, PosencSettings } from "./record.js";
import type { Rows } from "./rows.js";
import type { Run } from "./run.js";
import { record } from "./work.js";

/**
 * Records the softmax of each row of scores, step by step: `softmax([2, 1, 0.1]).weights`. `temperature` divides the
 * scores. Throws UserError as attend does.
 */
export const softmax = (scores: Rows, settings: Partial<AttendSettings> = {}): Run =>
  record(attendCommand, { scores }, settings);

/**
 * Records rotary positions (RoPE): vectors rotated by their positions, `rope([[1, 0, 1, 0]], { positions: [3]
 * }).output`. Without vectors it records only the angles: `rope({ length: 4, dModel: 8 })`. Throws UserError as posenc
 * does.
 */
export function rope(x: Rows, settings?: PositionSettings): Run;
export function rope(settings: PositionSettings): Run;
export function rope(...given: readonly (Rows | PositionSettings | undefined)[]): Run {
  const [x, settings] = isNamed(given[0]) ? [undefined, given[0]] : given;
  return ofKind("rope", x as Rows | undefined, (settings ?? {}) as PositionSettings);
}

/**
 * Records attention with linear biases (ALiBi): the slope of each head and the bias of each distance, `alibi({ heads:
 * 2, length: 4 }).output`. Throws UserError as posenc does.
 */
export const alibi = (settings: PositionSettings = {}): Run => ofKind("alibi", undefined, settings);

/** The settings of `posenc`, and the positions if they are not 0, 1, 2, … */
export type PositionSettings = Partial<Omit<PosencSettings, "kind">> &
  Pick<PosencInputs, "positions" | "tokens">;

function ofKind(kind: string, x: Rows | undefined, given: PositionSettings): Run {
  if (!isNamed(given)) return record(posencCommand, {}, given);
  const { positions, tokens, ...settings }: PositionSettings = given;
  const inputs = { ...(x && { x }), ...(positions && { positions }), ...(tokens && { tokens }) };
  return record(posencCommand, inputs, { kind, ...settings });
}
