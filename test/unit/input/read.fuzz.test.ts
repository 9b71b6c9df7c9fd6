import { describe, it } from "vitest";
import { UserError } from "../../../src/errors.js";
import type { SourcedProblem } from "../../../src/input/read.js";
import { read } from "../../support/fake-reading.js";
import { createMutator, FORM_SAMPLES, longTexts } from "../../support/mutated-forms.js";
import { createRandom } from "../../support/random.js";

const CASES = 6_000;

/** A rectangular matrix for every input, or an error with a place: nothing else may come of a text. */
async function expectAnswer(text: string, asOption: boolean): Promise<void> {
  const request = asOption ? { matrices: { query: "-" } } : { sources: ["-"] };
  const outcome: unknown = await read(request, { stdin: text }).catch((error: unknown) => error);
  if (outcome instanceof UserError) {
    const { location } = outcome.details;
    if (location?.source !== "stdin")
      throw new Error(`${JSON.stringify(text)}: ${outcome.message}, without a place`);
    if (location.line !== undefined) return expectPlace(text, location.line, location.column ?? 0);
    return;
  }
  if (outcome instanceof Error) throw new Error(`${JSON.stringify(text)}: ${outcome.stack}`);
  expectMatrices(text, outcome as SourcedProblem);
}

function expectPlace(text: string, line: number, column: number): void {
  const lines = text.split(/\r\n|\n|\r/);
  const width = Array.from(lines[line - 1] ?? "").length;
  if (line > lines.length || column < 1 || column > width + 1) {
    throw new Error(`${JSON.stringify(text)}: ${line}:${column} is no place in it`);
  }
}

function expectMatrices(text: string, reading: SourcedProblem): void {
  for (const [name, { rows, cols, data }] of Object.entries(reading.matrices)) {
    if (rows * cols !== data.length || data.length === 0)
      throw new Error(`${JSON.stringify(text)}: ${name} is no rectangle`);
    const announced =
      reading.warnings.some((warning) => warning.startsWith(`${name} holds`)) || name === "bias";
    if (!data.every(Number.isFinite) && !announced)
      throw new Error(`${JSON.stringify(text)}: not finite, and not said`);
    const last = { name, row: rows - 1, col: cols - 1 };
    if (!reading.locate(last)?.line || !reading.digits(last)) {
      throw new Error(`${JSON.stringify(text)}: the last cell of ${name} is not found again`);
    }
  }
}

describe("mutated forms", () => {
  it(`give a matrix or an error with its place, in ${CASES} cases`, async () => {
    const mutate = createMutator(createRandom(2026));
    for (let index = 0; index < CASES; index++) {
      const [, sample] = FORM_SAMPLES[index % FORM_SAMPLES.length];
      await expectAnswer(mutate(sample), index % 2 === 0);
    }
  });

  // How long they may take at most is measured by bench/fuzz-reading.js.
  it.each(FORM_SAMPLES)("of 64 KB give one, too: %s", async (_, sample) => {
    const number = FORM_SAMPLES.findIndex(([, text]) => text === sample);
    // Every sample with a fifteenth of the texts, another one each.
    const some = [...longTexts(sample)].filter((_text, index) => index === 0 || index % 15 === number % 15);
    for (const text of some) await expectAnswer(text, true);
  });
});
