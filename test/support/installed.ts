import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The package as npm packs it, in a folder where nothing else is installed. */
export function installPackage() {
  const place = mkdtempSync(join(tmpdir(), "qkv-package-"));
  const installed = join(place, "node_modules", "qkv");
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", place];
  const tarball = execFileSync("npm", pack, { encoding: "utf8" }).trim();
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", join(place, tarball), "-C", installed, "--strip-components", "1"]);
  return {
    place,
    installed,
    /** Bytes that somebody downloads. */
    size: statSync(join(place, tarball)).size,
    /** Runs Node beside the installed package, without the environment of this process. */
    node(...args: readonly string[]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: place,
        encoding: "utf8",
        env: {},
      });
      return { status, stdout, stderr };
    },
    remove: () => rmSync(place, { recursive: true }),
  };
}
