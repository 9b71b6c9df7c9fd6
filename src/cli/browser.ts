import { resolve } from "node:path";

type Env = Readonly<Record<string, string | undefined>>;

/** What opens a file as a double click does. Windows' `start` is a word of its shell, and explorer does the same. */
const OPENERS: Readonly<Record<string, string>> = { darwin: "open", win32: "explorer" };

/** The program that opens a page; undefined over ssh, and where nothing can be shown. */
export function openerOn(platform: string, env: Env): string | undefined {
  if (env.SSH_CONNECTION || env.SSH_TTY) return undefined;
  const own = OPENERS[platform];
  if (own !== undefined) return own;
  return env.DISPLAY || env.WAYLAND_DISPLAY ? "xdg-open" : undefined;
}

/** Starts the program that opens a file, and does not wait for it. The file is its one argument, and no shell reads it. */
export async function openInBrowser(path: string, platform: string, env: Env): Promise<boolean> {
  const opener = openerOn(platform, env);
  if (opener === undefined) return false;
  // An import would be that of the bundle, which leaves the module out for the sake of start-up (scripts/bundle.js).
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
