import { alibi } from "./alibi.js";
import type { PositionKind } from "./kind.js";
import { learned } from "./learned.js";
import { clipped, t5 } from "./relative.js";
import { rope } from "./rope.js";
import { sinusoidal } from "./sinusoidal.js";

/** Every kind of positions. `--kind`, its help, its errors and the law tests are derived from this table. */
export const POSITION_KINDS = {
  sinusoidal,
  rope,
  alibi,
  t5,
  clipped,
  learned,
} as const satisfies Record<string, PositionKind>;

export type KindName = keyof typeof POSITION_KINDS;

export const KIND_NAMES = Object.keys(POSITION_KINDS) as KindName[];
