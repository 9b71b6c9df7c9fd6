import { describe, expect, it } from "vitest";
import { UserError } from "../../../src/errors.js";
import { read } from "../../support/fake-reading.js";
import { NASTY_ENDS, NASTY_PIECES, NASTY_STARTS } from "../../support/nasty-texts.js";

// A pattern may look at a text over and over, which no count of what the code runs shows. Then four times as long a text takes
// sixteen times as long: 1 s and more of 32 KiB, where what is linear takes 50 ms at most.

const SHORT = 2 ** 13;
const LONG = 2 ** 15;
const MANY_MS = 15;

describe("no pattern looks at a text over and over", () => {
  it.each(NASTY_STARTS)("behind %j", async (start) => {
    const slow: string[] = [];
    for (const piece of NASTY_PIECES)
      for (const end of NASTY_ENDS) {
        const time = (length: number) => timeOf(start + piece.repeat(length / piece.length) + end);
        const short = await time(SHORT);
        if (short < MANY_MS) continue;
        // What else the machine does may take the time of one try; a slow pattern takes that of all.
        const least = Math.min(short, await time(SHORT), await time(SHORT));
        if (least < MANY_MS) continue;
        const ratioOf = async () => (await time(LONG)) / least;
        let ratio = await ratioOf();
        for (let again = 0; again < 3 && ratio > 8; again++) ratio = Math.min(ratio, await ratioOf());
        if (ratio > 8) slow.push(`${JSON.stringify([piece, end])}: ${ratio.toFixed(1)} times`);
      }
    expect(slow).toEqual([]);
  });
});

async function timeOf(text: string): Promise<number> {
  const before = process.cpuUsage();
  await read({ matrices: { query: "-" } }, { stdin: text }).catch((error: unknown) => {
    expect(error).toBeInstanceOf(UserError);
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
