import { UserError } from "../errors.js";
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

/** Names under which published checkpoints are known elsewhere, with the name of the preset that has their sizes. */
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

/** Every system, in the order of their papers. Presets, `qkv systems` and the test sweeps follow from this list. */
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

/** "gpt2-124m"; of a system with one size just its name. */
export function presetName({ name }: System, size: Sizes): string {
  return size.name === "" ? name : `${name}-${size.name}`;
}

/** Every preset under its full name; the name of a system alone is its first size. */
function presetNames(): ReadonlyMap<string, NamedSystem> {
  const named = SYSTEMS.flatMap((system) => [
    [system.name, { system, size: system.sizes[0] }] as const,
    ...system.sizes.map((size) => [presetName(system, size), { system, size }] as const),
  ]);
  return new Map(named);
}

/** Every name that findSystem knows, as completions offer them. */
export function systemNames(): readonly string[] {
  return [...presetNames().keys()];
}

/** A name without what people write differently: GPT-2 is gpt2. Points stay: 1.3b is not 13b. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z\d.]/g, "");

/** The system and size that a name stands for, however it is written. Throws BAD_VALUE with the nearest name. */
export function findSystem(name: string): NamedSystem {
  const names = presetNames();
  const found = [...names].find(([known]) => plain(known) === plain(name));
  if (found) return found[1];
  const near = OTHER_NAMES.get(name.toLowerCase()) ?? nearest(name, names.keys());
  throw new UserError(
    "BAD_VALUE",
    `There is no system "${name}".`,
    near
      ? `Did you mean "${near}"? qkv systems lists them.`
      : `Choose one of: ${SYSTEMS.map((system) => system.name).join(", ")}.`,
  );
}
