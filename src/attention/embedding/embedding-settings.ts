import { setting } from "../../errors.js";
import type { AddedKind } from "../positions/kind.js";
import { ENCODING_SETTINGS } from "../positions/kind-settings.js";
import { learned } from "../positions/learned.js";
import { sinusoidal } from "../positions/sinusoidal.js";
import { choice, type SettingsIn, settingTable, takes } from "../setting.js";

/** The kinds of positions that can be added to embeddings. */
export const ENCODINGS = { sinusoidal, learned } as const satisfies Record<string, AddedKind>;

export type EncodingName = keyof typeof ENCODINGS;

const ENCODING_NAMES = Object.keys(ENCODINGS) as EncodingName[];

/** The settings of an added sinusoid. They have no meaning without it. */
export const SINUSOID_SETTINGS = ["convention", "columns", "exponent", "oddD"] as const;

const { base, offset, embeddingScale, ...sinusoid } = ENCODING_SETTINGS;

export const EMBEDDING_SETTINGS = settingTable("Positions", {
  addPositions: takes(
    "<kind>",
    choice(...ENCODING_NAMES),
    `add to the rows of x before the projections: ${ENCODING_NAMES.join(", ")} (the rows of ${setting("table")})`,
  ),
  offset: { ...offset, help: `position of the first row of x, for ${setting("addPositions")}` },
  base,
  embeddingScale: {
    ...embeddingScale,
    help: "sqrt: multiply x by √d_model before adding positions, as in the paper",
    group: "Positions",
  },
  ...sinusoid,
});

/** The settings of what is added to x before the projections. They have the names that `posenc` uses. */
export type EmbeddingSettings = SettingsIn<typeof EMBEDDING_SETTINGS>;
