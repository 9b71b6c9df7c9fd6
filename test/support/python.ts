import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Runs scripts that qkv writes, if Python is there with what they import.

/** The Pythons that a machine may have. The system's own comes first. */
const PYTHONS = ["/usr/bin/python3", "python3"];

/** Finds the Python that can import these modules. Returns undefined if none can. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const asked = modules.map((name) => `import ${name}`).join("; ");
  return PYTHONS.find((python) => spawnSync(python, ["-c", asked]).status === 0);
}

export interface Script {
  readonly name: string;
  readonly text: string;
  /** The files beside it, by name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** The last line that it should print. */
  readonly ends?: string;
}

/**
 * Runs scripts one after the other in one process, because loading a library takes long. Returns what failed, by name.
 */
const DRIVER = `
import io, contextlib, json, runpy, sys, traceback, warnings
warnings.simplefilter("error")
failures = {}
for name, path, ends in json.load(sys.stdin):
    try:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            runpy.run_path(path, run_name="__main__")
        last = said.getvalue().strip().splitlines()[-1]
        assert ends is None or last == ends, f"it ends in {last!r}"
    except BaseException:
        failures[name] = traceback.format_exc()[-1500:]
print(json.dumps(failures))
`;

/** The errors of the scripts that did not run to the end, by name. */
export function runScripts(python: string, scripts: readonly Script[]): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), "qkv-scripts-"));
  try {
    const paths = scripts.map(({ name, text, files = {}, ends = null }, index) => {
      const path = join(folder, `script${index}.py`);
      writeFileSync(path, text);
      for (const [file, bytes] of Object.entries(files)) writeFileSync(join(folder, file), bytes);
      return [name, path, ends];
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

/** Runs a script on two processes by torchrun. Returns its output and its exit code. */
export function runByTorchrun(
  python: string,
  text: string,
): { readonly status: number; readonly said: string } {
  const folder = mkdtempSync(join(tmpdir(), "qkv-processes-"));
  try {
    const path = join(folder, "script.py");
    writeFileSync(path, text);
    const meeting = ["--rdzv-backend", "c10d", "--rdzv-conf", "store_type=file"];
    const { status, stdout, stderr } = spawnSync(
      python,
      [
        ...["-m", "torch.distributed.run", "--nproc-per-node", "2", "--local-addr", "127.0.0.1"],
        ...[...meeting, "--rdzv-endpoint", join(folder, "meeting"), path],
      ],
      { encoding: "utf8", timeout: 150_000, env: { ...process.env, ...WITHOUT_LIBUV, OMP_NUM_THREADS: "1" } },
    );
    return { status: status ?? 1, said: stdout + stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** torchrun's own rendezvous needs libuv, which Debian builds torch without. A file works as well. */
const WITHOUT_LIBUV = { USE_LIBUV: "0", TORCH_DISABLE_SHARE_RDZV_TCP_STORE: "1" };
