import type { ColorLevel } from "../render/color.js";
import type { Io } from "../runs/io.js";

/**
 * Returns how many colours stdout gets. The option decides first, then NO_COLOR (if not empty), FORCE_COLOR,
 * CLICOLOR_FORCE, then the abilities of the terminal. It is decided only here, because chalk and Node decide
 * differently.
 */
export async function resolveColorLevel(
  option: "auto" | "always" | "never",
  io: Pick<Io, "env" | "isTerminal">,
): Promise<ColorLevel> {
  const { env } = io;
  if (option === "never") return 0;
  if (option === "always") return Math.max(await terminalLevel(env), 2) as ColorLevel;
  if (env.NO_COLOR) return 0;
  const forced = forcedLevel(env);
  if (forced !== undefined) return forced;
  if (!io.isTerminal("stdout") || env.TERM === "dumb" || env.CLICOLOR === "0") return 0;
  return terminalLevel(env);
}

/** Values of FORCE_COLOR. Every other value asks for 16 colours. */
const FORCED: Readonly<Record<string, ColorLevel>> = { false: 0, 0: 0, 2: 2, 3: 3 };

function forcedLevel({ FORCE_COLOR: force, CLICOLOR_FORCE: cliForce }: Io["env"]) {
  if (force !== undefined) return Object.hasOwn(FORCED, force) ? FORCED[force] : 1;
  return cliForce && cliForce !== "0" ? 1 : undefined;
}

/**
 * Terminals that show all colours, by the TERM or TERM_PROGRAM that they set. ssh passes TERM on, but seldom COLORTERM.
 */
const TRUECOLOR = /^(?:xterm-kitty|xterm-ghostty|ghostty|wezterm|alacritty|foot)$|-(?:direct|truecolor)$/i;

/**
 * Returns what the variables of the terminal say (by the rules of chalk's supports-color) or what Node knows about it,
 * whichever is more.
 */
async function terminalLevel(env: Io["env"]) {
  const { TERM = "", COLORTERM = "", TERM_PROGRAM = "" } = env;
  const isTrue =
    /^(?:truecolor|24bit)$/.test(COLORTERM) || [TERM, TERM_PROGRAM].some((name) => TRUECOLOR.test(name));
  if (isTrue) return 3;
  return Math.max(await levelByNode(env), /-256(color)?$/i.test(TERM) ? 2 : 0) as ColorLevel;
}

/** Asks Node about other terminals. Node must not see the variables that were decided above. */
async function levelByNode({ TERM, COLORTERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, TMUX }: Io["env"]) {
  const { WriteStream } = await import("node:tty");
  const known = Object.entries({ TERM, COLORTERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, TMUX });
  const env = Object.fromEntries(known.filter(([, value]) => value !== undefined));
  const depth = WriteStream.prototype.getColorDepth(env);
  return depth === 24 ? 3 : depth === 8 ? 2 : depth === 4 ? 1 : 0;
}
