import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a command line of the shell; what it prints goes to standard error. Gives its exit code. */
export function runShell(command: string): number {
  const standardError = 2;
  const { status } = spawnSync(command, { shell: true, stdio: ["ignore", standardError, standardError] });
  return status ?? 1;
}

/** A new folder for files that are needed for a while. */
export function makeFolder() {
  const path = mkdtempSync(join(tmpdir(), "qkv-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
