import { expect, it } from "vitest";
import { createDamager } from "../../support/damaged-texts.js";
import { judgeText } from "../../support/misreading.js";
import { createRandom } from "../../support/random.js";

const CASES = 40_000;

// docs/reading.md says what comes of more of them: npm run fuzz.
it(`no damaged text of ${CASES} is misread, and none ends in a crash`, async () => {
  const damaged = createDamager(createRandom(22));
  const faults: string[] = [];
  let read = 0;
  for (let index = 0; index < CASES; index++) {
    const { form, text } = damaged();
    const { outcome, what } = await judgeText(text);
    if (outcome === "read") read++;
    if (what !== undefined) faults.push(`${outcome} ${form}: ${JSON.stringify(text)}: ${what}`);
  }
  expect(faults).toEqual([]);
  // Most slips of a separator or sign cannot be read; a reader that refuses all would find no fault either.
  expect(read).toBeGreaterThan(CASES / 5);
}, 120_000);
