import * as library from "../../src/index.js";

type LibraryFunction = (inputs: object, settings: object) => library.Trace;

/** Returns the library's function for a command: `compare-scoring` is compareScoring. */
export function libraryFunction(command: string): LibraryFunction {
  const name = command.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const found = (library as Readonly<Record<string, unknown>>)[name];
  if (typeof found !== "function") throw new Error(`the library has no ${name}`);
  return found as LibraryFunction;
}
