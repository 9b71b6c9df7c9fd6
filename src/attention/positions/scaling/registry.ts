import { dynamic } from "./dynamic.js";
import { linear } from "./linear.js";
import { llama3 } from "./llama3.js";
import { longrope } from "./longrope.js";
import { ntk } from "./ntk.js";
import type { Scaling } from "./scaling.js";
import { yarn } from "./yarn.js";

/** Every scaling of RoPE. `--scaling`, its help, its errors and the law tests follow from this table. */
export const SCALINGS = {
  linear,
  ntk,
  dynamic,
  yarn,
  llama3,
  longrope,
} as const satisfies Record<string, Scaling>;

export type ScalingName = keyof typeof SCALINGS;

export const SCALING_NAMES = Object.keys(SCALINGS) as ScalingName[];
