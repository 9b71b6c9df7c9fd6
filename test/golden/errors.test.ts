import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../src/errors.js";
import { runCli } from "../support/run-cli.js";

// Every error code has a broken input that raises it. Its message is stored here, so that changes are read.

const FOLDER = "fixtures/broken";

test("every error code has a broken input, and every broken input an error code", () => {
  expect(readdirSync(FOLDER).toSorted()).toEqual([...ERROR_CODES].toSorted());
});

function surroundings(code: string) {
  const folder = `${FOLDER}/${code}`;
  const stdin = existsSync(`${folder}/stdin`) ? readFileSync(`${folder}/stdin`) : "";
  const args = JSON.parse(readFileSync(`${folder}/args.json`, "utf8")) as string[];
  return { args, where: { folder, stdin } };
}

describe.each(readdirSync(FOLDER))("%s", (code) => {
  const { args, where } = surroundings(code);

  test("its message", async () => {
    const { exitCode, stdout, stderr } = await runCli(args, where);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    await expect(stderr).toMatchFileSnapshot(`errors/${code}.txt`);
  });

  test("its JSON", async () => {
    const { exitCode, stdout, stderr } = await runCli([...args, "--json"], where);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(Object.keys(JSON.parse(stderr).error)).toEqual(["code", "message", "hint", "source", "line", "column"]);
    expect(JSON.parse(stderr).error).toMatchObject({ code });
    expect(JSON.parse(stderr).error.hint, "an error says what to do").toBeTruthy();
  });
});
