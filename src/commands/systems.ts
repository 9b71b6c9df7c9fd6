import { findSystem, SYSTEMS, systemNames } from "../systems/registry.js";
import { showing } from "./showing.js";
import { loadSpecs } from "./specs.js";
import { describeCard, describeList, systemToJson } from "./system-card.js";

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
  offers: async () => systemNames(),
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
});
