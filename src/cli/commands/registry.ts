import type { AnyCommand } from "../definition.js";

/** Every command, in the order of the help. Each is loaded only when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<AnyCommand>>> = {
  attend: async () => (await import("./attend.js")).attend,
  multihead: async () => (await import("./multihead.js")).multihead,
  posenc: async () => (await import("./posenc.js")).posenc,
  "compare-scoring": async () => (await import("./compare-scoring.js")).compareScoring,
  systems: async () => (await import("./systems.js")).systems,
};

/** The command that a command line begins with; all of them for help and for what is none of them. */
export async function loadCommands(argv: readonly string[] = []): Promise<readonly AnyCommand[]> {
  const [first] = argv;
  const isKnown = first !== undefined && Object.hasOwn(COMMANDS, first);
  const loaders = isKnown ? [COMMANDS[first]] : Object.values(COMMANDS);
  return Promise.all(loaders.map((load) => load()));
}
