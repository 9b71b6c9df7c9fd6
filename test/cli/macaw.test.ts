import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";

const SMALL = [
  ...["model", "--preset", "macaw", "--random", "--seed", "1", "--layers", "2", "--d-model", "16"],
  ...["--vocabulary", "30", "--quiet"],
];

async function run(...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await runCli([...SMALL, ...argv]);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

// 30 tokens: the last seven are <image> 23, </image> 24, <audio> 25, </audio> 26, <video> 27, </video> 28 and padding.
const IDS = ["--ids", "1,7,3"];

test("BOS, image, audio, video, each between its start and its end token, then the text", async () => {
  const { ids, sequence, logits } = JSON.parse(await run(...IDS, "--json", "--steps", "none"));
  const between = ["image", "audio", "video"].flatMap((name) => [
    ...[`<${name}>`, `${name} 0`, `${name} 1`, `</${name}>`],
  ]);
  expect(ids).toEqual([1, 7, 3]);
  expect(sequence).toEqual(["1", ...between, "7", "3"]);
  expect(logits).toHaveLength(15);
});

test("a row of the image is explained down to its features", async () => {
  const why = await run(...IDS, "--why", "image/convolved[1,0]", "--depth", "3", "--json");
  // Window 1 begins at row 36.
  expect(why).toContain('"image"');
  expect(await run(...IDS, "--only", "image/windows", "-o", "csv")).toBeTruthy();
});

test("--modal-rows says how many rows each modality comes to, and other systems have none", async () => {
  const { sequence } = JSON.parse(await run(...IDS, "--modal-rows", "1", "--json", "--steps", "none"));
  expect(sequence).toHaveLength(3 + 3 * 3);
  const other = await runCli([
    "model",
    "--preset",
    "gpt2",
    "--random",
    "--d-model",
    "8",
    "--modal-rows",
    "3",
  ]);
  expect(other.exitCode).toBe(2);
  expect(other.stderr).toContain("--modal-rows is about image, audio and video");
});

test("too small a vocabulary is refused, and goes on with a cache", async () => {
  const argv = ["model", "--preset", "macaw", "--random", "--d-model", "16", "--vocabulary", "8"];
  const { exitCode, stderr } = await runCli(argv);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("need 9");
  const { generated } = JSON.parse(await run(...IDS, "--generate", "2", "--json", "--steps", "none"));
  const [first] = generated.ids;
  const longer = ["--ids", `1,7,3,${first}`, "--generate", "1"];
  expect(JSON.parse(await run(...longer, "--json", "--steps", "none")).generated.ids).toEqual([
    generated.ids[1],
  ]);
});

test("--layer: of a large model only the layers that are worked count", async () => {
  const { exitCode, stderr } = await runCli(["model", "--preset", "gpt3-175b", "--random", "--layer", "0"]);
  expect(exitCode).toBe(2);
  // 12288·(2·128·(96 + 96) + 2·49152) = 1812 million in one layer, and no embedding.
  expect(stderr).toContain("1812 million of them in one layer");
});
