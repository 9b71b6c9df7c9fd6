import { expect } from "vitest";
import { ATTEND_SETTINGS } from "../../src/attention/attend-settings.js";
import { INPUTS, type InputName } from "../../src/attention/inputs.js";
import { spelledError, UserError, withOptions } from "../../src/errors.js";
import {
  type Files,
  type ReadRequest,
  readProblem,
  type SourcedProblem,
  storedBytes,
} from "../../src/input/read.js";
import type { Stored } from "../../src/input/stored.js";

const ACCEPTS = Object.keys(INPUTS).filter((name): name is InputName => name in INPUTS);

/** Makes files that exist only here. The one called `stdin` is standard input. */
export function fakeFiles(contents: Readonly<Record<string, string | Uint8Array>>): Files {
  const open = (path: string): Stored => {
    if (!Object.hasOwn(contents, path)) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
    const content = contents[path];
    return storedBytes(typeof content === "string" ? Buffer.from(content, "utf8") : content);
  };
  return { openFile: open, openStdin: () => open("stdin") };
}

/** The same files, in pieces of an odd length. `whole` counts how often one was read as a whole. */
export function fakeLargeFiles(contents: Readonly<Record<string, string>>): Files & { whole: number } {
  const files = fakeFiles(contents);
  const counting = { whole: 0, openFile: open, openStdin: () => open("stdin") };
  function open(path: string): Stored {
    const { size, read } = path === "stdin" ? files.openStdin() : files.openFile(path);
    return {
      size,
      read(into, position) {
        if (into.length === size) counting.whole++;
        return read(into.subarray(0, 99_991), position);
      },
    };
  }
  return counting;
}

/** Reads as `attend` would. */
export function read(
  request: Partial<ReadRequest>,
  contents: Readonly<Record<string, string | Uint8Array>> | Files = {},
): Promise<SourcedProblem> {
  const whole = {
    sources: [],
    matrices: {},
    transpose: [],
    accepts: ACCEPTS,
    settings: ATTEND_SETTINGS,
    ...request,
  };
  return readProblem(whole, isFiles(contents) ? contents : fakeFiles(contents));
}

function isFiles(contents: object): contents is Files {
  return "openFile" in contents && typeof contents.openFile === "function";
}

/** The error that reading ends in. */
export async function refusal(reading: Promise<unknown>): Promise<UserError> {
  const outcome = await reading.then(
    () => "it was read",
    (error: unknown) => spelledError(error, withOptions),
  );
  expect(outcome).toBeInstanceOf(UserError);
  if (!(outcome instanceof UserError)) throw outcome;
  return outcome;
}

/** Writes a place as people see it: `q.csv:2:3`. */
export function placeOf({ details: { location } }: UserError): string {
  return [location?.source, location?.line, location?.column].filter((part) => part !== undefined).join(":");
}
