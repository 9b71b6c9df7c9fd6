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

/** Runs a script as two processes that find each other, as torchrun starts them, and gives what each failed with: "" when it did not. */
export function runOnTwoProcesses(python: string, text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "qkv-processes-"));
  try {
    const path = join(folder, "script.py");
    writeFileSync(path, text);
    const { stdout, stderr } = spawnSync(python, ["-c", TWO_PROCESSES, path], { encoding: "utf8" });
    const last = stdout.trim().split("\n").at(-1);
    if (!last) throw new Error(stderr);
    return JSON.parse(last);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** When one fails, the other would wait for it for half an hour. */
const TWO_PROCESSES = `
import json, os, socket, subprocess, sys, tempfile, time
free = socket.socket()
free.bind(("127.0.0.1", 0))
port = str(free.getsockname()[1])
free.close()
logs = [tempfile.TemporaryFile("w+") for _ in range(2)]
started = [
    subprocess.Popen([sys.executable, "-W", "ignore", sys.argv[1]], stdout=log, stderr=log, env={
        **os.environ, "RANK": str(rank), "WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port,
        "OMP_NUM_THREADS": "1",
    })
    for rank, log in enumerate(logs)
]
deadline = time.monotonic() + 150
while any(one.poll() is None for one in started) and time.monotonic() < deadline:
    if any(one.poll() not in (None, 0) for one in started):
        deadline = min(deadline, time.monotonic() + 5)
    time.sleep(0.05)
failures = []
for one, log in zip(started, logs):
    late = one.poll() is None
    if late:
        one.kill()
        one.wait()
    log.seek(0)
    failures.append("" if one.returncode == 0 else log.read()[-3000:] + (" (stopped)" if late else ""))
print(json.dumps(failures))
`;
