import type { Shortcut } from "./shortcut.js";

/** Every short name of what a command does, in the order of the help. Each is loaded only when it is asked for. */
export const SHORTCUTS: Readonly<Record<string, () => Promise<Shortcut>>> = {
  softmax: async () => (await import("../softmax.js")).softmax,
  rope: async () => (await import("../rope.js")).rope,
  alibi: async () => (await import("../alibi.js")).alibi,
  check: async () => (await import("../check.js")).check,
  explain: async () => (await import("../explain.js")).explain,
};
