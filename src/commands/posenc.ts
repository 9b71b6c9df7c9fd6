import type { PositionKind } from "../attention/positions/kind.js";
import { POSENC_INPUTS, recordPosenc } from "../attention/positions/posenc.js";
import { POSENC_SETTINGS, POSITION_KINDS, type PosencSettings } from "../attention/positions/registry.js";
import type { AnySettingTable, SettingTable } from "../attention/setting.js";
import { recordExaminedTable, refuseOtherThanTable } from "../check/encodings/examined-table.js";
import { setting } from "../errors.js";
import { type ProblemNeed, SCALED } from "../runs/attention-needs.js";
import type { CommandSpec } from "../runs/command-spec.js";
import { besides, need } from "../runs/needs.js";
import { DRAW_SETTINGS, type DrawSettings } from "../systems/drawn/draw-settings.js";
import { type Draw, type DrawContext, drawPositions } from "../systems/drawn/draws.js";

/** The sizes are not among the settings for drawing, because `posenc` has its own settings for them. */
export type PosencCommandSettings = PosencSettings & Pick<DrawSettings, "preset" | "random" | "seed">;

const { preset, random, seed } = DRAW_SETTINGS;
const settings: SettingTable<PosencCommandSettings> = { ...POSENC_SETTINGS, preset, random, seed };

/** Settings that every kind of positions uses. */
const COMMON_SETTINGS: readonly (keyof PosencSettings)[] = ["kind", "length", "offset"];

const KINDS = Object.entries<PositionKind>(POSITION_KINDS);

/** The need of each other setting: a kind of positions that uses it. */
const OF_KINDS: readonly ProblemNeed[] = (Object.keys(POSENC_SETTINGS) as (keyof PosencSettings)[])
  .filter((name) => !COMMON_SETTINGS.includes(name))
  .map((name) => {
    const kinds = KINDS.flatMap(([kind, { settings: used }]) =>
      (used as readonly (keyof PosencSettings)[]).includes(name) ? [kind] : [],
    );
    return need(
      `${setting("kind")} ${kinds.join(", ")}`,
      ({ kind = POSENC_SETTINGS.kind.default, encoding }) => encoding !== undefined || kinds.includes(kind),
      name,
    );
  });

const NEEDS: readonly ProblemNeed[] = [
  need(`${setting("kind")} learned`, ({ kind }) => kind === "learned", "table"),
  { ...besides("x", "embeddingScale"), of: "x" },
  ...SCALED,
  ...OF_KINDS,
];

export const posenc: CommandSpec<PosencCommandSettings> = {
  name: "posenc",
  summary: "Positional encodings: tables, curves, and why PE(pos + k) is a rotation of PE(pos).",
  examples: [
    ["the sinusoid of the paper", "qkv posenc --length 10 --d-model 8"],
    ["why a shift by 3 is a rotation", "qkv posenc --length 6 --d-model 4 --shift 3"],
    ["two vectors rotated by RoPE", "qkv posenc --kind rope --x '1 0 1 0; 1 0 1 0' --positions 2,5"],
    ["the same in NumPy", "qkv posenc --length 6 --d-model 4 --emit numpy"],
  ],
  inputs: POSENC_INPUTS,
  inputHelp: { x: "the vectors at the positions, n×d: x + encoding, or x rotated (rope)" },
  labels: { tokens: "names of the rows, instead of their positions" },
  settings,
  sizes: ["length", "dModel"],
  needsNoInput: ({ length, dModel, heads }) => (length ?? dModel ?? heads) !== undefined,
  significantDigits: 6,
  demo: () => JSON.stringify({ settings: { length: 4, dModel: 4, shift: 1 } }),
  presets: {
    absence: "no positions of its own",
    // The number of columns is that of the system, unless vectors or a table are given.
    settingsForProblem(preset, { size }, { settings: { kind: asked }, matrices: { x, encoding } }) {
      const { kind: name = POSENC_SETTINGS.kind.default } = preset;
      // If another kind is asked for, the settings of the system do not apply.
      if (asked !== undefined && asked !== name) return {};
      const kind: PositionKind = POSITION_KINDS[name];
      if (x || encoding || kind.isLearned) return preset;
      return { ...preset, dModel: (kind.rotatesHeads && size.headSize) ?? size.dModel };
    },
  },
  draws: drawPosenc,
  needs: NEEDS,
  refuseConflicts({ settings: given, matrices }) {
    if (matrices.encoding) refuseOtherThanTable(given, matrices, settings);
  },
  record(problem, options) {
    const { encoding } = problem.matrices;
    return encoding ? recordExaminedTable(encoding, problem, options) : recordPosenc(problem, options);
  },
};

/** Draws the vectors at the positions, and the table of learned positions. */
function drawPosenc({ problem, initial, size, sizes }: DrawContext<PosencCommandSettings>): readonly Draw[] {
  const { settings, matrices } = problem;
  const kind: PositionKind = POSITION_KINDS[settings.kind];
  if (!kind.settings.includes("dModel")) return [];
  const { numQueries, dModel: cols } = sizes();
  const rows = matrices.positions?.data.length ?? numQueries;
  const unless = ["encoding"] as const;
  return [
    { input: "x", rows, cols, distribution: initial.vectors, unless },
    ...(kind.isLearned ? [drawPositions(initial.positions ?? initial.parameters, size, cols, unless)] : []),
  ];
}

/** Returns the settings of `posenc` that a kind of positions uses, in the order of its help. */
export function settingsOfKind(kind: PositionKind): AnySettingTable {
  const used: readonly string[] = ["length", "offset", ...kind.settings];
  return Object.fromEntries(Object.entries(POSENC_SETTINGS).filter(([name]) => used.includes(name)));
}
