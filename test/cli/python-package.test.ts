import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { pythonWith } from "../support/python.js";

// The wheel as `npm run wheel` writes it: installed in an empty environment, and tried by tests of its own in python/tests/.

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const python = pythonWith("venv", "ensurepip");
const tested = pythonWith("venv", "ensurepip", "pytest", "numpy");
const place = mkdtempSync(join(tmpdir(), "qkv-wheel-"));
afterAll(() => rmSync(place, { recursive: true }));

function install(from: string, name: string, ...options: readonly string[]) {
  const folder = join(place, name);
  execFileSync(from, ["-m", "venv", ...options, folder]);
  const own = join(folder, "bin/python");
  execFileSync(own, ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", wheel()]);
  return own;
}

const wheel = () => join(place, readdirSync(place).find((name) => name.endsWith(".whl")) ?? "");

function run(own: string, argv: readonly string[], cwd = place) {
  const { PATH = "" } = process.env;
  const { status, stdout, stderr } = spawnSync(own, argv, {
    ...{ cwd, encoding: "utf8", maxBuffer: 2 ** 26 },
    env: { PATH, QKV_NODE: process.execPath, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return { status, stdout, stderr };
}

beforeAll(() => execFileSync(process.execPath, ["scripts/build-wheel.js", place]));

test("the wheel is small, and its RECORD lists every file with its hash", () => {
  expect(statSync(wheel()).size).toBeLessThan(1.5 * 2 ** 20);
  if (!python) return;
  const script = join(place, "record.py");
  // PEP 427: the hash is urlsafe base64 without padding.
  writeFileSync(
    script,
    `import base64, csv, hashlib, sys, zipfile
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
[record] = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]
rows = list(csv.reader(archive.read(record).decode().splitlines()))
assert sorted(row[0] for row in rows) == sorted(archive.namelist())
for name, digest, size in rows:
    data = archive.read(name)
    if name != record:
        wanted = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        assert (digest, size) == (f"sha256={wanted}", str(len(data))), name
print(len(rows))
`,
  );
  const { stdout, stderr } = run(python, [script, wheel()]);
  expect(stderr).toBe("");
  expect(Number(stdout)).toBeGreaterThan(50);
});

test("the npm package does not hold it", () => {
  const { files } = JSON.parse(readFileSync("package.json", "utf8"));
  expect(files).toContain("!dist/*.whl");
  expect(files).not.toContain("python");
});

describe.skipIf(!python)("in an environment where nothing else is installed", () => {
  let own = "";
  beforeAll(() => {
    own = install(python ?? "", "empty");
  });

  test("lists are taken, and given where there is no NumPy", () => {
    const { stdout, stderr } = run(own, [
      "-c",
      "import qkv; run = qkv.attend([[1, 0]], [[1, 0], [0, 1]], [[10, 0], [0, 20]], scale='none'); print(run.step('scores'), qkv.check([[1.0]], [[1.0]], [[2.0]], [[2.0]]).ok)",
    ]);
    expect({ stdout, stderr }).toEqual({ stdout: "[[1, 0]] True\n", stderr: "" });
  });

  test("the command line is there", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(run(join(own, "../qkv"), ["--version"])).toMatchObject({ status: 0, stdout: `${version}\n` });
    expect(run(own, ["-m", "qkv", "help", "mask"]).status).toBe(0);
    expect(run(own, ["-m", "qkv", "nonsense"]).status).toBe(2);
    expect(run(own, ["-c", "import qkv; print(qkv.__version__)"]).stdout).toBe(`${version}\n`);
  });

  test("types are declared", () => {
    const where = run(own, ["-c", "import os, qkv; print(os.path.dirname(qkv.__file__))"]).stdout.trim();
    expect(existsSync(join(where, "py.typed"))).toBe(true);
  });
});

describe.skipIf(!tested)("with NumPy, pytest and, where it is, torch", () => {
  let own = "";
  beforeAll(() => {
    own = install(tested ?? "", "tested", "--system-site-packages");
  });

  test("python/tests", () => {
    const argv = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "--tb=short"];
    const { status, stdout } = run(own, argv, resolve("python/tests"));
    expect(status, stdout).toBe(0);
    expect(stdout).toMatch(/[3-9]\d passed/);
  });

  const blocks = ["python/README.md", "docs/python.md"].flatMap((page) =>
    Array.from(
      readFileSync(page, "utf8").matchAll(/```python\n(.*?)```/gs),
      ([, block], at) => [page, at, block] as const,
    ),
  );
  test.skipIf(!pythonWith("torch"))(
    "the examples of the pages run one after the other, and print what they say",
    () => {
      expect(blocks.length).toBeGreaterThan(3);
      for (const page of new Set(blocks.map(([one]) => one))) {
        const text = blocks
          .filter(([one]) => one === page)
          .map(([, , block]) => block)
          .join("\n");
        const path = join(place, "page.py");
        writeFileSync(path, text);
        const { stdout, stderr, status } = run(own, [path]);
        expect({ page, status, stderr }).toEqual({ page, status: 0, stderr: "" });
        for (const [, says] of text.matchAll(/^print\(.*\) {2}# (.*)$/gm)) expect(stdout).toContain(says);
      }
    },
  );
});
