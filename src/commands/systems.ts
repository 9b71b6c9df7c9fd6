import { findSystem, SYSTEMS, systemNames } from "../systems/registry.js";
import type { PageCommand } from "./definition.js";
import { loadSpecs } from "./registry.js";
import { describeCard, describeList, systemToJson } from "./system-card.js";

export const systems: PageCommand = {
  name: "systems",
  summary: "The published systems whose attention --preset runs: formulas, sizes, conventions.",
  examples: [
    ["the published systems", "qkv systems"],
    ["GPT-2: formulas, sizes, conventions", "qkv systems gpt2"],
    ["the sizes of PaLM, for a program", "qkv systems palm --json"],
  ],
  argument: "a system, or one of its sizes: gpt2, gpt2-1.5b",
  words: async () => systemNames(),
  async page(argument) {
    const commands = await loadSpecs();
    const chosen = argument === undefined ? SYSTEMS : [findSystem(argument).system];
    const document =
      argument === undefined ? describeList(SYSTEMS, commands) : describeCard(chosen[0], commands);
    return {
      document,
      json: { schema: "qkv/systems/1", systems: chosen.map((system) => systemToJson(system, commands)) },
    };
  },
};
