import type { PageCommand } from "../definition.js";

/** Every command that shows what is known, in the order of the help. Each is loaded only when it is asked for. */
export const PAGES: Readonly<Record<string, () => Promise<PageCommand>>> = {
  exercise: async () => (await import("./exercise.js")).exercise,
  systems: async () => (await import("./systems.js")).systems,
  identify: async () => (await import("./identify.js")).identifyKernel,
  schema: async () => (await import("./schema.js")).schema,
  completion: async () => (await import("./completion.js")).completion,
};
