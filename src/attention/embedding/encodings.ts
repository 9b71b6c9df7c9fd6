import type { AddedKind } from "../positions/kind.js";
import { learned } from "../positions/learned.js";
import { sinusoidal } from "../positions/sinusoidal.js";

/** The kinds of positions that are added to embeddings. */
export const ENCODINGS = { sinusoidal, learned } as const satisfies Record<string, AddedKind>;

export type EncodingName = keyof typeof ENCODINGS;

export const ENCODING_NAMES = Object.keys(ENCODINGS) as EncodingName[];
