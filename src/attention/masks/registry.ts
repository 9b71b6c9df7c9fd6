import { causal } from "./causal.js";
import { keyLength } from "./key-length.js";
import { local } from "./local.js";
import type { Mask } from "./mask.js";
import { given } from "./mask-matrix.js";
import { window } from "./window.js";

/** Every mask rule, in the order in which a blocked cell is explained. */
export const MASKS: readonly Mask[] = [given, keyLength, causal, window, local];
