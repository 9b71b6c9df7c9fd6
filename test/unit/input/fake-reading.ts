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

/** The same, which can be read piece by piece; `whole` counts how often one was read whole. */
export function fakeLargeFiles(contents: Readonly<Record<string, string>>): Files & { whole: number } {
  const { readFile, readStdin } = fakeFiles(contents);
  return {
    whole: 0,
    readStdin,
    readFile(path) {
      this.whole++;
      return readFile(path);
    },
    openFile(path, least) {
      const bytes = readFile(path);
      let position = 0;
      if (bytes.length < least) return undefined;
      return {
        size: bytes.length,
        read(into) {
          // An odd number of bytes at a time, so that pieces end anywhere.
          const some = bytes.subarray(position, position + Math.min(into.length, 99_991));
          into.set(some);
          position += some.length;
          return some.length;
        },
        close: () => {},
      };
    },
  };
}

/** Reads as `attend` would. */
export function read(
  request: Partial<ReadRequest>,
  contents: Readonly<Record<string, string | Uint8Array>> | Files = {},
): Promise<Reading> {
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
  return "readFile" in contents && typeof contents.readFile === "function";
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
