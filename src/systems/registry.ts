import { refuseAs } from "../errors.js";
import { nearest } from "../suggestion.js";
import { bahdanau } from "./published/bahdanau.js";
import { bert } from "./published/bert.js";
import { BRITZ_SYSTEMS } from "./published/britz.js";
import { gpt1 } from "./published/gpt1.js";
import { gpt2 } from "./published/gpt2.js";
import { gpt3, gpt3Banded } from "./published/gpt3.js";
import { LUONG_SYSTEMS } from "./published/luong.js";
import { macaw } from "./published/macaw.js";
import { palm } from "./published/palm.js";
import { roberta } from "./published/roberta.js";
import { TRANSFORMER_SYSTEMS } from "./published/transformer.js";
import type { NamedSystem, Sizes, System } from "./system.js";

/** Other common names of published checkpoints, with the name of the preset of the same sizes. */
export const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ["gpt", "gpt1"],
  ["openai-gpt", "gpt1"],
  ["gpt2-small", "gpt2-124m"],
  ["gpt2-medium", "gpt2-355m"],
  ["gpt2-large", "gpt2-774m"],
  ["gpt2-xl", "gpt2-1.5b"],
  ["bert-base-uncased", "bert-base"],
  ["bert-base-cased", "bert-base"],
  ["bert-large-uncased", "bert-large"],
  ["bert-large-cased", "bert-large"],
  ["davinci", "gpt3-175b"],
  ["vaswani", "transformer"],
  ["attention-is-all-you-need", "transformer"],
  ["rnnsearch", "bahdanau"],
  ["luong", "luong-general"],
  ["britz", "britz-additive"],
]);

/** Every system, in the order of the papers. Presets, `qkv systems` and the test sweeps use this list. */
export const SYSTEMS: readonly System[] = [
  bahdanau,
  ...LUONG_SYSTEMS,
  ...BRITZ_SYSTEMS,
  ...TRANSFORMER_SYSTEMS,
  gpt1,
  gpt2,
  gpt3,
  gpt3Banded,
  bert,
  roberta,
  palm,
  macaw,
];

/** Returns the name of a preset: "gpt2-124m", or only the system's name if it has one size. */
export function presetName({ name }: System, size: Sizes): string {
  return size.name === "" ? name : `${name}-${size.name}`;
}

/** Returns every preset by its full name. The name of a system alone means its first size. */
function presetNames() {
  const named = SYSTEMS.flatMap((system) => [
    [system.name, { system, size: system.sizes[0] }] as const,
    ...system.sizes.map((size) => [presetName(system, size), { system, size }] as const),
  ]);
  return new Map(named);
}

/** Returns every name that findSystem knows, for completions. */
export function systemNames(): readonly string[] {
  return [...presetNames().keys()];
}

/** Normalises spelling: GPT-2 becomes gpt2. Points stay, because 1.3b is not 13b. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z\d.]/g, "");

/** Finds the system and size for a name, in any spelling. Throws BAD_VALUE with the nearest name. */
export function findSystem(name: string): NamedSystem {
  const names = presetNames();
  const match = [...names].find(([known]) => plain(known) === plain(name));
  if (match) return match[1];
  const near = OTHER_NAMES.get(name.toLowerCase()) ?? nearest(name, names.keys());
  refuseAs(
    "BAD_VALUE",
    `There is no system "${name}".`,
    near
      ? `Did you mean "${near}"? qkv systems lists them.`
      : `Choose one of: ${SYSTEMS.map((system) => system.name).join(", ")}.`,
  );
}
