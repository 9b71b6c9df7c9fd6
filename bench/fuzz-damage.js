// Damaged texts that are misread: read as other numbers than their words say, or rejected with a crash.
//   npm run fuzz -- [cases=100000] [seed=1] [shown=20]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const [cases = 100_000, seed = 1, shown = 20] = process.argv.slice(2).map(Number);
const { createDamager, createRandom, judgeText } = await bundle();
const damaged = createDamager(createRandom(seed));
const counts = { read: 0, refused: 0, misread: 0, crashed: 0 };
let told = 0;
for (let index = 0; index < cases; index++) {
  const { form, text } = damaged();
  const { outcome, what } = await judgeText(text);
  counts[outcome]++;
  if (what === undefined || told >= shown) continue;
  told++;
  print(`${outcome} ${form}: ${JSON.stringify(text)}\n    ${what}`);
}
print(`${cases} damaged texts (seed ${seed}): ${JSON.stringify(counts)}`);

async function bundle() {
  const folder = mkdtempSync(join(tmpdir(), "qkv-bench-"));
  const modules = ["test/support/damaged-texts.ts", "test/support/random.ts", "test/support/misreading.ts"];
  try {
    const outfile = join(folder, "reader.mjs");
    await build({
      stdin: {
        contents: modules.map((path) => `export * from "./${path}";`).join("\n"),
        resolveDir: fileURLToPath(new URL("..", import.meta.url)),
      },
      bundle: true,
      format: "esm",
      platform: "node",
      outfile,
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
