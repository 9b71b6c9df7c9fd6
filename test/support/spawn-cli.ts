import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

export const QKV = resolve("bin/qkv.js");

/** Runs the built program in its own process. */
export function spawnCli(
  argv: readonly string[],
  options: { readonly input?: string; readonly env?: Record<string, string> } = {},
) {
  const { PATH = "" } = process.env;
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [QKV, ...argv], {
    input: options.input ?? "",
    env: { PATH, ...options.env },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  return { status, signal, stdout, stderr };
}

/** Runs a line of shell in which `qkv` is the built program. */
export function shell(line: string, folder = ".") {
  const script = `qkv() { ${JSON.stringify(process.execPath)} ${JSON.stringify(QKV)} "$@"; }\n${line}`;
  // If a locale is not installed, bash complains if LC_ALL names it, and not if LANG does.
  const { LC_ALL, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync("bash", ["-o", "pipefail", "-c", script], {
    env: { ...env, ...(LC_ALL !== undefined && { LANG: LC_ALL }) },
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    cwd: folder,
  });
  return { status, stdout, stderr };
}
