import { expect } from "vitest";
import { INPUTS, type InputName } from "../../../src/attention/inputs.js";
import { ATTEND_SETTINGS } from "../../../src/attention/settings.js";
import { UserError } from "../../../src/errors.js";
import { type Files, type Reading, type ReadRequest, readProblem } from "../../../src/input/read.js";

const ACCEPTS = Object.keys(INPUTS).filter((name): name is InputName => name in INPUTS);

/** Files that exist only here; one called `stdin` is standard input. */
export function fakeFiles(contents: Readonly<Record<string, string | Uint8Array>>): Files {
  const bytesOf = (path: string): Uint8Array => {
    if (!Object.hasOwn(contents, path)) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
    const content = contents[path];
    return typeof content === "string" ? Buffer.from(content, "utf8") : content;
  };
  return { readFile: bytesOf, readStdin: () => bytesOf("stdin") };
}

/** Reads as `attend` would. */
export function read(
  request: Partial<ReadRequest>,
  contents: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Reading> {
  const whole = {
    sources: [],
    matrices: {},
    transpose: [],
    accepts: ACCEPTS,
    settings: ATTEND_SETTINGS,
    ...request,
  };
  return readProblem(whole, fakeFiles(contents));
}

/** The error that reading ends in. */
export async function refusal(reading: Promise<unknown>): Promise<UserError> {
  const outcome = await reading.then(
    () => "it was read",
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(UserError);
  if (!(outcome instanceof UserError)) throw outcome;
  return outcome;
}

/** `q.csv:2:3`, the way a person is shown a place. */
export function placeOf({ details: { location } }: UserError): string {
  return [location?.source, location?.line, location?.column].filter((part) => part !== undefined).join(":");
}
