import { expect, test, vi } from "vitest";
import { drawSheet, judgeDrawn } from "../support/drawn-sheets.js";
import { createRandom } from "../support/random.js";

// Of 400 that `node bench/drawn-sheets.js` draws, 88 to 93 % are judged rightly (seeds 1 to 3), no wrong one is called right, and
// 4 of 200 right ones are called wrong. It prints those that are judged otherwise.

vi.setConfig({ testTimeout: 120_000 });

const SHEETS = 150;
/** What holds today. The aim is 0, and 96 of 100. */
const MOST_FALSE_ALARMS = 3;
const LEAST_JUDGED = 0.88;

test("of 150 drawn sheets, no wrong one is called right, few right ones wrong, and most are judged rightly", async () => {
  const calledRight: string[] = [];
  const calledWrong: string[] = [];
  let judged = 0;
  for (let index = 0; index < SHEETS; index++) {
    const isRight = index % 2 === 0;
    const sheet = drawSheet(createRandom(700 + (index >> 1)), isRight);
    const answer = await judgeDrawn(sheet);
    if (answer === (isRight ? "right" : "wrong")) judged++;
    else if (answer === "right") calledRight.push(sheet.text);
    else if (answer === "wrong") calledWrong.push(sheet.text);
  }
  expect(calledRight).toEqual([]);
  expect(calledWrong.length).toBeLessThanOrEqual(MOST_FALSE_ALARMS);
  expect(judged / SHEETS).toBeGreaterThanOrEqual(LEAST_JUDGED);
});
