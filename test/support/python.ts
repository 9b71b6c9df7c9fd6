import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Scripts that the program writes, run by Python where it is there with what they import.

/** The Pythons that a machine may have, the system's own first. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/** The Python that can import these modules; undefined where none can. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const asked = modules.map((name) => `import ${name}`).join("; ");
  return PYTHONS.find((python) => spawnSync(python, ["-c", asked]).status === 0);
}

export interface Script {
  readonly name: string;
  readonly text: string;
  /** What stands beside it, by the name of the file. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
}

/** Runs one script after the other in one process, since it takes long to load a library; gives what failed, by name. */
const DRIVER = `
import io, contextlib, json, runpy, sys, traceback, warnings
warnings.simplefilter("error")
failures = {}
for name, path in json.load(sys.stdin):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            runpy.run_path(path, run_name="__main__")
    except BaseException:
        failures[name] = traceback.format_exc()[-1500:]
print(json.dumps(failures))
`;

/** What went wrong in each script that did not run to its end, by its name. */
export function runScripts(python: string, scripts: readonly Script[]): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "qkv-scripts-"));
  try {
    const paths = scripts.map(({ name, text, files = {} }, index) => {
      const path = join(folder, `script${index}.py`);
      writeFileSync(path, text);
      for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
      return [name, path];
    });
    const { stdout, stderr } = spawnSync(python, ["-c", DRIVER], {
      input: JSON.stringify(paths),
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    const last = stdout.trim().split("\n").at(-1);
    if (!last) throw new Error(stderr);
    return JSON.parse(last);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
