import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pictureOf, README_PICTURE } from "../../scripts/transcript-picture.js";
import { runCli } from "../support/run-cli.js";

// The README opens with a picture of a real run. `npm run docs:pictures` draws it anew from the transcript.

const { file, command, transcript, lines } = README_PICTURE;

test("the picture of the README is that of what its command prints", async () => {
  const { stdout, exitCode } = await runCli([...command.split(" ").slice(1), "--width", "80"]);
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`../../${transcript}`);
  expect(readFileSync(file, "utf8")).toBe(pictureOf(command, stdout, lines));
});

test("what stands in a line is text", () => {
  expect(pictureOf("qkv <b>", "a & b", 9)).toContain(">$ qkv &lt;b&gt;</text>");
  expect(pictureOf("qkv", "a & b\nc", 1)).toContain(">a &amp; b</text>");
  expect(pictureOf("qkv", "a & b\nc", 1)).not.toContain(">c</text>");
});

test("the README shows it", () => {
  expect(readFileSync("README.md", "utf8")).toContain(`](${file})`);
});
