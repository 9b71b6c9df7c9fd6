import type { PageCommand } from "../../commands/definition.js";

/** Every command that shows what is known, in the order of the help. Each is loaded only when it is asked for. */
export const PAGES: Readonly<Record<string, () => Promise<PageCommand>>> = {
  exercise: async () => (await import("../../commands/exercise/command.js")).exercise,
  systems: async () => (await import("../../commands/systems.js")).systems,
  identify: async () => (await import("../../commands/identify/identify.js")).identifyKernel,
  schema: async () => (await import("../../commands/schema.js")).schema,
  completion: async () => (await import("../../commands/completion.js")).completion,
};
