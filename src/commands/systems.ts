import { HEAD_WEIGHTS } from "../attention/heads/split.js";
import type { InputName } from "../attention/inputs.js";
import { completeSettings } from "../attention/setting.js";
import { inSentence, setting, settingsText } from "../errors.js";
import { type Block, type Document, heading, pairsOf, paragraph } from "../render/document.js";
import type { JsonValue } from "../render/json-value.js";
import type { CommandSpec } from "../runs/command-spec.js";
import { settleSizes } from "../systems/drawn/sizes.js";
import { cacheBytes } from "../systems/model.js";
import { settingsOfPreset } from "../systems/preset.js";
import { findSystem, presetName, SYSTEMS, systemNames } from "../systems/registry.js";
import { type NamedSystem, type Sizes, type System, settingsFor } from "../systems/system.js";
import { attend } from "./attend.js";
import { multihead } from "./multihead.js";
import { showing } from "./showing.js";
import { loadSpecs } from "./specs.js";

export const systems = showing({
  name: "systems",
  summary: "The published systems whose attention --preset runs: formulas, sizes, conventions.",
  examples: [
    ["the published systems", "qkv systems"],
    ["GPT-2: formulas, sizes, conventions", "qkv systems gpt2"],
    ["the sizes of PaLM, for a program", "qkv systems palm --json"],
  ],
  usage: "[NAME] [options]",
  wordsHelp: "a system, or one of its sizes: gpt2, gpt2-1.5b",
  takesWords: "several",
  offers: async () => systemNames(),
  async page(words) {
    const commands = await loadSpecs();
    // gpt-3 175b is gpt-3-175b.
    const chosen = words.length === 0 ? SYSTEMS : [findSystem(words.join("-")).system];
    const document = words.length === 0 ? describeList(SYSTEMS, commands) : describeCard(chosen[0], commands);
    return {
      document,
      json: { schema: "qkv/systems/1", systems: chosen.map((system) => systemToJson(system, commands)) },
    };
  },
});

type Commands = readonly CommandSpec[];

/** Returns the list of systems, one line per system. */
function describeList(systems: readonly System[], commands: Commands): Document {
  const names = commands.flatMap(({ name, presets }) => (presets ? [name] : []));
  const taking = inSentence(names, "or");
  const whole = systems.flatMap(({ name, model }) => (model ? [name] : [])).join(", ");
  return [
    pairsOf(systems.map(({ name, summary }) => ({ name, value: summary }))),
    heading("To use one"),
    paragraph(
      `qkv systems NAME shows its formulas, sizes and conventions. --preset NAME sets its options in ${taking}; ` +
        "--random draws inputs and weights at its sizes. " +
        `qkv model --preset NAME --random runs the whole model of ${whole}.`,
    ),
  ];
}

/** Returns the card of a system, with everything that qkv knows about it. */
function describeCard(system: System, commands: Commands): Document {
  const { title, summary, source, formulas, conventions, releasedCode, sizes, settings } = system;
  const ofCache = settings.multihead?.causal ? "; cache bytes: per token and layer, in float16" : "";
  const missing = missingIn(system).map((needed) => `; needs ${setting(needed)}`);
  const presets = setBy(system, commands).map(([{ name }, set]) => {
    return { name, value: [settingsText(set), ...missing].join("") };
  });
  const table: Block = {
    kind: "measures",
    rows: sizes.length,
    measures: columnsOf(system).map(({ title: column, values }) => ({
      title: column,
      values: Float64Array.from(values, (value) => value ?? Number.NaN),
    })),
    rowAxis: { name: "size", labels: sizes.map((size) => presetName(system, size)) },
    view: { precision: "full", full: true },
  };
  return [
    { kind: "heading", level: 1, title },
    paragraph(summary),
    paragraph(source, "dim"),
    ...section("Formulas", formulas),
    heading("Sizes"),
    table,
    paragraph(`parameters: of one attention${ofCache}`, "dim"),
    ...section("Conventions", conventions),
    ...section("What the released code does", releasedCode),
    heading("What --preset sets"),
    pairsOf(presets),
    ...section("What qkv can run", describeInside(system)),
    heading("To see it run"),
    ...examplesOf(system).map((text): Block => ({ kind: "code", text })),
  ];
}

/** Returns the card as JSON. docs/reference/systems.md has its schema. */
function systemToJson(system: System, commands: Commands): JsonValue {
  const { name, title, summary, source, formulas, conventions, releasedCode, unpublished } = system;
  const presets = system.sizes.map((size) => presetName(system, size));
  const columns = columnsOf(system);
  return {
    name,
    title,
    summary,
    source,
    formulas,
    conventions,
    releasedCode,
    presets,
    settings: Object.fromEntries(
      setBy(system, commands).map(([command, set]) => [command.name, set as JsonValue]),
    ),
    required: { ...unpublished },
    sizes: presets.map((preset, at) => {
      const known = columns.filter(({ values }) => values[at] !== undefined);
      return { preset, ...Object.fromEntries(known.map(({ key, values }) => [key, values[at] as number])) };
    }),
  };
}

/** The sizes of a system, and numbers that follow from them. */
const SIZES: readonly (readonly [
  key: string,
  title: string,
  of?: (size: Sizes, system: System) => number | undefined,
])[] = [
  ["layers", "layers"],
  ["dModel", "d_model"],
  ["dSource", "d_source"],
  ["heads", "heads"],
  ["kvHeads", "kv heads", ({ heads, kvHeads = heads }) => kvHeads],
  ["headSize", "d_head"],
  ["features", "d_a"],
  ["feedForward", "d_ff"],
  ["context", "context"],
  ["vocabulary", "vocabulary"],
  ["attentionParameters", "parameters", (size, system) => attentionParameters({ system, size })],
  [
    "cacheBytes",
    "cache bytes",
    (size, { settings }) => (settings.multihead?.causal ? cacheBytes(size) : undefined),
  ],
];

/** Returns one column per known size of a system. */
function columnsOf(system: System) {
  const all = SIZES.map(([key, title, of]) => ({
    key,
    title,
    values: system.sizes.map((size) =>
      of ? of(size, system) : new Map<string, number>(Object.entries(size)).get(key),
    ),
  }));
  return all.filter(({ values }) => values.some((value) => value !== undefined));
}

function section(title: string, sentences: readonly string[]) {
  if (sentences.length === 0) return [];
  return [heading(title), pairsOf(sentences.map((value) => ({ name: "·", value })))];
}

/** Returns the commands that a system has settings for, with the settings of its first preset. */
const setBy = (system: System, commands: Commands) =>
  commands
    .filter(({ name }) => settingsFor(system, name))
    .map((command) => [command, settingsOfPreset({ system, size: system.sizes[0] }, command)] as const);

/** Returns the settings that a run needs, but that were never published. */
const missingIn = ({ unpublished = {} }: System) => Object.keys(unpublished);

/** Returns which parts of a system qkv has, from one attention to the whole model. */
function describeInside({ settings: { multihead, layer }, model, initial }: System) {
  const cross = initial.hasMemory ? ", attention to an encoder" : "";
  return [
    ...(multihead ? ["all heads of one attention: qkv multihead"] : ["one attention: qkv attend"]),
    ...(layer ? [`a whole layer, with its norms, sums and feed-forward${cross}: qkv layer`] : []),
    ...(model ? [`the whole model${partsOf(model)}, from tokens to probabilities: qkv model`] : []),
  ];
}

/** Returns the parts of a model in addition to one stack of equal layers. */
function partsOf({ hasEncoder, alternates, modalities }: NonNullable<System["model"]>) {
  if (modalities) return `, ${modalities.map(({ name }) => name).join(", ")} and text`;
  if (hasEncoder) return ", encoder and decoder";
  return alternates ? ", with --window its banded layers" : "";
}

function examplesOf(system: System) {
  const { name, settings } = wholeCommand(system);
  const drawn = (command: string, sizes: string) => `qkv ${command} --preset ${system.name} --random${sizes}`;
  const missing = missingIn(system)
    .map((needed) => ` ${setting(needed)} 4`)
    .join("");
  const part = drawn(name, `${missing} --d-model 8${"heads" in settings ? " --heads 2" : ""}`);
  return system.model ? [part, drawn("model", " --layers 2 --d-model 8 --heads 2 --vocabulary 20")] : [part];
}

/** Returns the command that computes everything that a system does in one attention. */
function wholeCommand({ settings }: System): CommandSpec {
  return settings.multihead ? multihead : attend;
}

const PARAMETERS: readonly InputName[] = [...HEAD_WEIGHTS, "wc"];

/**
 * Returns the number of trained parameters in one attention of a system, at one of its sizes. It counts the numbers
 * that --random would draw for them.
 */
export function attentionParameters(named: NamedSystem): number {
  const { system, size } = named;
  const command = wholeCommand(system);
  const set = { ...settingsOfPreset(named, command), ...(size.context && { sourceLength: size.context }) };
  const problem = { matrices: {}, settings: completeSettings<object>(command.settings, set) };
  const draws =
    command.draws?.({ problem, initial: system.initial, size, sizes: () => settleSizes(problem, size) }) ??
    [];
  return draws
    .filter(({ input }) => PARAMETERS.includes(input))
    .reduce((sum, { rows, cols }) => sum + rows * cols, 0);
}
