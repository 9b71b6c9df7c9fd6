import { type Block, type Document, heading, type Measure, pairsOf, paragraph } from "../render/document.js";
import type { JsonValue } from "../render/json-value.js";
import type { CommandSpec } from "../runs/command-spec.js";
import { setting, settingsText } from "../setting-names.js";
import { cacheBytes } from "../systems/model.js";
import { settingsOfPreset } from "../systems/preset.js";
import { presetName } from "../systems/registry.js";
import { type Sizes, type System, settingsFor } from "../systems/system.js";
import { attentionParameters, wholeCommand } from "./system-parameters.js";

type Commands = readonly CommandSpec[];

/** A line for each system. */
export function describeList(systems: readonly System[], commands: Commands): Document {
  const names = commands.flatMap(({ name, presets }) => (presets ? [name] : []));
  const taking = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
  const whole = systems.flatMap(({ name, model }) => (model ? [name] : [])).join(", ");
  return {
    blocks: [
      pairsOf(systems.map(({ name, summary }) => ({ name, value: summary }))),
      heading("To use one"),
      paragraph(
        `qkv systems NAME shows its formulas, sizes and conventions. --preset NAME sets its options in ${taking}; ` +
          "--random draws inputs and weights at its sizes. " +
          `qkv model --preset NAME --random runs ${whole} whole.`,
      ),
    ],
  };
}

const sizesNote = ({ settings }: System) =>
  `parameters: of one attention${settings.multihead?.causal ? "; cache bytes: of a token in one layer, in float16" : ""}`;

/** Everything that is known of a system. */
export function describeCard(system: System, commands: Commands): Document {
  const { title, summary, source, formulas, conventions, releasedCode } = system;
  return {
    blocks: [
      { kind: "heading", level: 1, title },
      paragraph(summary),
      paragraph(source, "dim"),
      ...section("Formulas", formulas),
      heading("Sizes"),
      describeSizes(system),
      paragraph(sizesNote(system), "dim"),
      ...section("Conventions", conventions),
      ...section("What the released code does", releasedCode),
      heading("What --preset sets"),
      pairsOf(presetLines(system, commands)),
      ...section("What of it runs here", describeInside(system)),
      heading("To see it run"),
      ...examplesOf(system).map((text): Block => ({ kind: "code", text })),
    ],
  };
}

/** The card for programs; docs/reference/systems.md has the schema. */
export function systemToJson(system: System, commands: Commands): JsonValue {
  const { name, title, summary, source, formulas, conventions, releasedCode } = system;
  return {
    name,
    title,
    summary,
    source,
    formulas,
    conventions,
    releasedCode,
    presets: system.sizes.map((size) => presetName(system, size)),
    settings: Object.fromEntries(
      commandsOf(system, commands).map((command) => [
        command.name,
        settingsOfPreset(first(system), command) as JsonValue,
      ]),
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
    key: "attentionParameters",
    title: "parameters",
    of: (size, system) => attentionParameters({ system, size }),
  },
  {
    key: "cacheBytes",
    title: "cache bytes",
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
    kind: "measures",
    rows: sizes.length,
    measures,
    rowAxis: { name: "size", labels },
    view: { precision: "full", full: true },
  };
}

function section(title: string, sentences: readonly string[]): Block[] {
  if (sentences.length === 0) return [];
  return [heading(title), pairsOf(sentences.map((value) => ({ name: "·", value })))];
}

const first = (system: System) => ({ system, size: system.sizes[0] });

/** The commands that a system has something for. */
const commandsOf = (system: System, commands: Commands) =>
  commands.filter(({ name }) => settingsFor(system, name));

function presetLines(system: System, commands: Commands) {
  const missing = Object.keys(system.unpublished ?? {}).map((needed) => `; needs ${setting(needed)}`);
  return commandsOf(system, commands).map((command) => ({
    name: command.name,
    value: `${settingsText(settingsOfPreset(first(system), command))}${missing.join("")}`,
  }));
}

/** How much of a system is in qkv, from one attention to the whole model. */
function describeInside({ settings: { multihead, layer }, model, start }: System): readonly string[] {
  const cross = start.hasMemory ? ", attention to an encoder" : "";
  return [
    ...(multihead ? ["all heads of one attention: qkv multihead"] : ["one attention: qkv attend"]),
    ...(layer ? [`a whole layer, with its norms, sums and feed-forward${cross}: qkv layer`] : []),
    ...(model ? [`the whole model${partsOf(model)}, from tokens to probabilities: qkv model`] : []),
  ];
}

/** What a model has beside one stack of layers that are alike. */
function partsOf({ hasEncoder, alternates, modalities }: NonNullable<System["model"]>): string {
  if (modalities) return `, ${modalities.map(({ name }) => name).join(", ")} and text`;
  if (hasEncoder) return ", encoder and decoder";
  return alternates ? ", with --window its banded layers" : "";
}

function examplesOf(system: System): readonly string[] {
  const whole = `qkv model --preset ${system.name} --random --layers 2 --d-model 8 --heads 2 --vocabulary 20`;
  return [exampleOf(system), ...(system.model ? [whole] : [])];
}

function exampleOf(system: System): string {
  const command = wholeCommand(system);
  const heads = "heads" in command.settings ? " --heads 2" : "";
  const missing = Object.keys(system.unpublished ?? {}).map((setting) => ` --${setting} 4`);
  return `qkv ${command.name} --preset ${system.name} --random${missing.join("")} --d-model 8${heads}`;
}
