import { expect, test, vi } from "vitest";
import { drawSheet, judgeDrawn } from "../support/drawn-sheets.js";
import { createRandom } from "../support/random.js";

// Of 2,000 that `node bench/drawn-sheets.js` draws, 98 to 99 % are judged rightly (seeds 13 to 16), no wrong one is called
// right, and 8 of 1,000 right ones are called wrong. It prints those that are judged otherwise.

vi.setConfig({ testTimeout: 120_000 });

const SHEETS = 150;
/** The aim is 0, and 96 of 100. */
const MOST_FALSE_ALARMS = 2;
const LEAST_JUDGED = 0.96;

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
}, 300_000);
