import { SYSTEMS as PUBLISHED } from "../systems/registry.js";
import type { System } from "../systems/system.js";
import { textsInKeys } from "./in-keys.js";

export type { Sizes, System } from "../systems/system.js";

/** Every published system that `preset` accepts, in the order of their papers. */
export const SYSTEMS: readonly System[] = textsInKeys(PUBLISHED);
