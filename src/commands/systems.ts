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
