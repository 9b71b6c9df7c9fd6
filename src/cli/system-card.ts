import { ATTEND_SETTINGS } from "../attention/attend-settings.js";
import { COMPARE_SCORING_SETTINGS } from "../attention/comparison/compare-scoring-settings.js";
import { MULTIHEAD_SETTINGS } from "../attention/heads/multihead-settings.js";
import { POSENC_SETTINGS } from "../attention/positions/posenc-settings.js";
import type { Setting } from "../attention/setting.js";
import { type Block, type Document, type Measure, paragraph } from "../render/document.js";
import type { JsonValue } from "../render/json-value.js";
import { attentionParameters, cacheBytes } from "../systems/model.js";
import { optionsOf, settingsOfPreset } from "../systems/preset.js";
import { presetName } from "../systems/registry.js";
import type { PresetCommand, Sizes, System } from "../systems/system.js";

/** A line for each system. */
export function describeList(systems: readonly System[]): Document {
  return {
    blocks: [
      { kind: "pairs", pairs: systems.map(({ name, summary }) => ({ name, value: summary })) },
      { kind: "heading", level: 2, title: "To use one" },
      paragraph(
        "qkv systems NAME shows its formulas, sizes and conventions. --preset NAME sets its options in attend, multihead, " +
          "posenc or compare-scoring; --random draws inputs and weights at its sizes.",
      ),
    ],
  };
}

const sizesNote = ({ settings }: System) =>
  `parameters: of one attention${settings.multihead?.causal ? "; cache bytes: of a token in one layer, in float16" : ""}`;

/** Everything that is known of a system. */
export function describeCard(system: System): Document {
  const { title, summary, source, formulas, conventions, releasedCode } = system;
  return {
    blocks: [
      { kind: "heading", level: 1, title },
      paragraph(summary),
      paragraph(source, "dim"),
      ...section("Formulas", formulas),
      { kind: "heading", level: 2, title: "Sizes" },
      describeSizes(system),
      paragraph(sizesNote(system), "dim"),
      ...section("Conventions", conventions),
      ...section("What the released code does", releasedCode),
      { kind: "heading", level: 2, title: "What --preset sets" },
      { kind: "pairs", pairs: presetLines(system) },
      { kind: "heading", level: 2, title: "To see it run" },
      { kind: "code", text: exampleOf(system) },
    ],
  };
}

/** The card for programs; docs/reference.md has the schema. */
export function systemToJson(system: System): JsonValue {
  const { name, title, summary, source, formulas, conventions, releasedCode } = system;
  return {
    ...{ name, title, summary, source, formulas, conventions, releasedCode },
    presets: system.sizes.map((size) => presetName(system, size)),
    settings: Object.fromEntries(
      commandsOf(system).map((command) => [command, settingsOfPreset(first(system), command) as JsonValue]),
    ),
    required: { ...system.unpublished },
    sizes: system.sizes.map((size) =>
      Object.fromEntries([
        ["preset", presetName(system, size)],
        ...COLUMNS.flatMap(({ key, of }) => {
          const value = of(size, system);
          return value === undefined ? [] : [[key, value] as const];
        }),
      ]),
    ),
  };
}

interface Column {
  readonly key: string;
  readonly title: string;
  of(size: Sizes, system: System): number | undefined;
}

/** What is said of a size, where there is something to say. */
const COLUMNS: readonly Column[] = [
  { key: "layers", title: "layers", of: (size) => size.layers },
  { key: "dModel", title: "d_model", of: (size) => size.dModel },
  { key: "dSource", title: "d_source", of: (size) => size.dSource },
  { key: "heads", title: "heads", of: (size) => size.heads },
  { key: "kvHeads", title: "kv heads", of: ({ heads, kvHeads = heads }) => kvHeads },
  { key: "headSize", title: "d_head", of: (size) => size.headSize },
  { key: "features", title: "d_a", of: (size) => size.features },
  { key: "feedForward", title: "d_ff", of: (size) => size.feedForward },
  { key: "context", title: "context", of: (size) => size.context },
  { key: "vocabulary", title: "vocabulary", of: (size) => size.vocabulary },
  {
    ...{ key: "attentionParameters", title: "parameters" },
    of: (size, system) => attentionParameters({ system, size }),
  },
  {
    ...{ key: "cacheBytes", title: "cache bytes" },
    of: (size, { settings }) => (settings.multihead?.causal ? cacheBytes(size) : undefined),
  },
];

function describeSizes(system: System): Block {
  const { sizes } = system;
  const measures = COLUMNS.flatMap(({ title, of }): readonly Measure[] => {
    const values = sizes.map((size) => of(size, system));
    if (values.every((value) => value === undefined)) return [];
    return [{ title, values: Float64Array.from(values, (value) => value ?? Number.NaN) }];
  });
  const labels = sizes.map((size) => presetName(system, size));
  return {
    ...{ kind: "measures", rows: sizes.length, measures },
    rowAxis: { name: "size", labels },
    view: { precision: "full", full: true },
  };
}

function section(title: string, sentences: readonly string[]): Block[] {
  if (sentences.length === 0) return [];
  return [
    { kind: "heading", level: 2, title },
    { kind: "pairs", pairs: sentences.map((value) => ({ name: "·", value })) },
  ];
}

const TABLES: Readonly<Record<PresetCommand, Readonly<Record<string, Setting<unknown>>>>> = {
  attend: ATTEND_SETTINGS,
  multihead: MULTIHEAD_SETTINGS,
  posenc: POSENC_SETTINGS,
  "compare-scoring": COMPARE_SCORING_SETTINGS,
};

const first = (system: System) => ({ system, size: system.sizes[0] });

const commandsOf = ({ settings }: System) => Object.keys(settings) as PresetCommand[];

function presetLines(system: System) {
  const missing = Object.keys(system.unpublished ?? {}).map((setting) => `; needs --${setting}`);
  return commandsOf(system).map((command) => ({
    name: command,
    value: `${optionsOf(settingsOfPreset(first(system), command), TABLES[command])}${missing.join("")}`,
  }));
}

function exampleOf(system: System): string {
  const command = system.settings.multihead ? "multihead" : "attend";
  const missing = Object.keys(system.unpublished ?? {}).map((setting) => ` --${setting} 4`);
  return `qkv ${command} --preset ${system.name} --random${missing.join("")} --d-model 8${command === "multihead" ? " --heads 2" : ""}`;
}
