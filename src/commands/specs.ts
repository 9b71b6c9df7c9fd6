import type { CommandSpec } from "../runs/command-spec.js";

/** Every spec of a command that records a Trace. Each is loaded only when it is needed. */
export const SPECS: Readonly<Record<string, () => Promise<CommandSpec>>> = {
  attend: async () => (await import("./attend.js")).attend,
  multihead: async () => (await import("./multihead.js")).multihead,
  layer: async () => (await import("./layer.js")).layer,
  model: async () => (await import("./model.js")).model,
  posenc: async () => (await import("./posenc.js")).posenc,
  "compare-scoring": async () => (await import("./compare-scoring.js")).compareScoring,
};

/** Loads all specs, for code about every command: cards of systems, tests over all commands. */
export function loadSpecs(): Promise<readonly CommandSpec[]> {
  return Promise.all(Object.values(SPECS).map((load) => load()));
}
