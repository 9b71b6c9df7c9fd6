import { expect, test } from "vitest";
import { runCli } from "../support/run-cli.js";
import { TRANSCRIPTS } from "./transcripts.js";

// What people see, kept to be read when it changes. Numbers are checked elsewhere; here it is the picture.

test.each(Object.entries(TRANSCRIPTS))("%s", async (name, argv) => {
  const { exitCode, stdout } = await runCli(argv);
  expect(exitCode).toBe(0);
  await expect(stdout).toMatchFileSnapshot(`transcripts/${name}.txt`);
});
