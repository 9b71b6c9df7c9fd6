import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PICTURES, pictureOf } from "../../scripts/transcript-picture.js";
import { runCli } from "../support/run-cli.js";

// Pages open with the picture of a real run. `npm run docs:pictures` draws it anew from the transcript.

test.each(PICTURES)("the picture of $page is that of what $command prints", async (picture) => {
  const { page, file, command, words, transcript, lines } = picture;
  const { stdout, exitCode } = await runCli([...words, "--width", "80"]);
  expect(exitCode).toBe(words.includes("--check") ? 1 : 0);
  await expect(stdout).toMatchFileSnapshot(`../../${transcript}`);
  expect(readFileSync(file, "utf8")).toBe(pictureOf(command, stdout, lines));
  expect(readFileSync(page, "utf8")).toContain(`](${page.startsWith("docs/") ? file.slice("docs/".length) : file})`);
});

test("what stands in a line is text", () => {
  expect(pictureOf("qkv <b>", "a & b", 9)).toContain(">$ qkv &lt;b&gt;</text>");
  expect(pictureOf("qkv", "a & b\nc", 1)).toContain(">a &amp; b</text>");
  expect(pictureOf("qkv", "a & b\nc", 1)).not.toContain(">c</text>");
});
