import type { AnyCommand } from "../commands/definition.js";
import { COMMANDS } from "../commands/registry.js";
import { SHORTCUTS } from "../commands/shortcuts/registry.js";
import { PAGES } from "./pages/registry.js";

const LOADERS: Readonly<Record<string, () => Promise<AnyCommand>>> = { ...COMMANDS, ...SHORTCUTS, ...PAGES };

export const COMMAND_NAMES: readonly string[] = Object.keys(LOADERS);

/** The command that a command line begins with; all of them for help and for what is none of them. */
export async function loadCommands(argv: readonly string[] = []): Promise<readonly AnyCommand[]> {
  const [first] = argv;
  const isKnown = first !== undefined && Object.hasOwn(LOADERS, first);
  const loaders = isKnown ? [LOADERS[first]] : Object.values(LOADERS);
  return Promise.all(loaders.map((load) => load()));
}
