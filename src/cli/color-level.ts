import type { ColorLevel } from "../render/text.js";
import type { Io } from "./io.js";

/**
 * How much colour stdout gets: the option first, then NO_COLOR (when not empty), FORCE_COLOR, CLICOLOR_FORCE, then
 * what the terminal can show. One place, because chalk, Node and commander each answer differently.
 */
export async function resolveColorLevel(option: "auto" | "always" | "never", io: Io): Promise<ColorLevel> {
  const { env } = io;
  if (option === "never") return 0;
  if (option === "always") return Math.max(await terminalLevel(env), 2) as ColorLevel;
  if (env.NO_COLOR) return 0;
  const forced = forcedLevel(env);
  if (forced !== undefined) return forced;
  if (!io.isTerminal("stdout") || env.TERM === "dumb" || env.CLICOLOR === "0") return 0;
  return terminalLevel(env);
}

function forcedLevel({ FORCE_COLOR: force, CLICOLOR_FORCE: cliForce }: Io["env"]): ColorLevel | undefined {
  if (force !== undefined) {
    if (force === "false") return 0;
    const level = Number(force === "" || force === "true" ? 1 : force);
    return ([0, 1, 2, 3] as const).find((known) => known === level) ?? 1;
  }
  return cliForce && cliForce !== "0" ? 1 : undefined;
}

/** Node knows the terminals, but must not see the variables that were decided above. */
async function terminalLevel({
  TERM,
  COLORTERM,
  TERM_PROGRAM,
  TERM_PROGRAM_VERSION,
  TMUX,
}: Io["env"]): Promise<ColorLevel> {
  const { WriteStream } = await import("node:tty");
  const known = Object.entries({ TERM, COLORTERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, TMUX });
  const env = Object.fromEntries(known.filter(([, value]) => value !== undefined));
  const depth = WriteStream.prototype.getColorDepth(env);
  return depth === 24 ? 3 : depth === 8 ? 2 : depth === 4 ? 1 : 0;
}
