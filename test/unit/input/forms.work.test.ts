import { afterAll, describe, expect, it, vi } from "vitest";
import { NASTY_PIECES, NASTY_STARTS } from "../../support/nasty-texts.js";
import { startMeter } from "../../support/work.js";

const { workOf, stop } = startMeter();
afterAll(stop);
const { UserError } = await import("../../../src/errors.js");
const { read } = await import("../../support/fake-reading.js");

const SHORT = 1 << 11;
const TIMES = 4;

describe("work grows as a text does", () => {
  it.each(NASTY_STARTS)("behind %j", async (start) => {
    const steep: string[] = [];
    for (const piece of NASTY_PIECES) {
      const [short, long] = [await workFor(start, piece, SHORT), await workFor(start, piece, TIMES * SHORT)];
      // Quadratic work would be sixteen times as much.
      if (long > TIMES * 1.5 * short) steep.push(`${JSON.stringify(piece)}: ${short}, ${long}`);
    }
    expect(steep).toEqual([]);
  });
});

it("a table of cells as text is decoded at once, not row by row", async () => {
  let decoded = 0;
  const plainFrom = Buffer.from;
  const counting = vi.spyOn(Buffer, "from").mockImplementation(((...given: Parameters<typeof plainFrom>) => {
    decoded++;
    return plainFrom(...given);
  }) as typeof plainFrom);
  try {
    for (const start of ["", "a,b\n1,", "1 ", "cat,1\ndog"]) {
      const counts: number[] = [];
      for (const length of [SHORT, TIMES * SHORT]) {
        decoded = 0;
        await reading(start, ",\n", length).catch(expectRefusal);
        counts.push(decoded);
      }
      // Its place, an excerpt, the first rows: the same for a text of any length.
      expect(counts[1], start).toBe(counts[0]);
    }
  } finally {
    counting.mockRestore();
  }
});

it("a line of R may hold more values than a call takes arguments", async () => {
  const reading = await read({ matrices: { query: "-" } }, { stdin: ` [1]${" 1".repeat(200_000)}` });
  expect(reading.matrices.query).toMatchObject({ rows: 1, cols: 200_000 });
});

describe("messages", () => {
  it.each(NASTY_STARTS)("never echo more than a line of what was given: %j", async (start) => {
    for (const piece of NASTY_PIECES) {
      const outcome: unknown = await reading(start, piece, SHORT).catch((error: unknown) => error);
      if (!(outcome instanceof UserError)) continue;
      const { hint = "", location } = outcome.details;
      for (const line of [outcome.message, hint, location?.excerpt ?? ""])
        expect(line.length, `${piece}: ${line.slice(0, 200)}`).toBeLessThan(400);
    }
  });
});

function workFor(start: string, piece: string, length: number): Promise<number> {
  return workOf(() => reading(start, piece, length).catch(expectRefusal));
}

function reading(start: string, piece: string, length: number) {
  return read({ matrices: { query: "-" } }, { stdin: start + piece.repeat(length / piece.length) });
}

function expectRefusal(error: unknown): void {
  expect(error).toBeInstanceOf(UserError);
}
