import { resolve } from "node:path";

/** Runs a command line in the shell and returns its exit code. Its output goes to stderr. */
export function runShell(command: string): number {
  // The bundle leaves this module out to start faster (scripts/bundle.js), so it cannot be imported.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const standardError = 2;
  const { status } = spawnSync(command, { shell: true, stdio: ["ignore", standardError, standardError] });
  return status ?? 1;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The program that opens a file as a double click does. On Windows it is explorer, because `start` is only a command of
 * its shell.
 */
const OPENERS: Readonly<Record<string, string>> = { darwin: "open", win32: "explorer" };

/** Returns the program that opens a page. Returns undefined over ssh, and if there is no screen. */
export function openerOn(platform: string, env: Env): string | undefined {
  if (env.SSH_CONNECTION || env.SSH_TTY) return undefined;
  const own = OPENERS[platform];
  if (own !== undefined) return own;
  return env.DISPLAY || env.WAYLAND_DISPLAY ? "xdg-open" : undefined;
}

/**
 * Starts the program that opens a file, without waiting for it. The file is passed as an argument, not through a shell.
 */
export async function openInBrowser(path: string, platform: string, env: Env): Promise<boolean> {
  const opener = openerOn(platform, env);
  if (opener === undefined) return false;
  // The bundle leaves this module out to start faster (scripts/bundle.js), so it cannot be imported.
  const { spawn } = process.getBuiltinModule("node:child_process");
  return new Promise((settle) => {
    const child = spawn(opener, [resolve(path)], { detached: true, stdio: "ignore" });
    child.once("error", () => settle(false));
    child.once("spawn", () => {
      child.unref();
      settle(true);
    });
  });
}
