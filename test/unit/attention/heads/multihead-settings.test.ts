import { expect, test } from "vitest";
import {
  MULTIHEAD_SETTINGS,
  type MultiheadSettings,
} from "../../../../src/attention/heads/multihead-settings.js";
import { completeSettings } from "../../../../src/attention/setting.js";

type Name = keyof MultiheadSettings;

/** What `multihead` has beside the settings of `attend` and of positions. */
test.each<[Name, flag: string, group: string, right: [unknown, unknown], wrong: readonly unknown[]]>([
  ["heads", "--heads <h>", "Heads", ["8", 8], [0, 1.5, "x"]],
  ["kvHeads", "--kv-heads <g>", "Heads", ["2", 2], [0, -1]],
  ["headSize", "--head-size <d>", "Heads", [64, 64], [0]],
  ["eps", "--eps <e>", "Heads", ["1e-6", 1e-6], [0, -1]],
  ["addZeroAttention", "--add-zero-attention", "Heads", [true, true], ["maybe"]],
  ["averageWeights", "--average-weights", "Heads", [false, false], ["maybe"]],
  ["compareHeads", "--compare-heads <counts>", "Heads", ["1,2,4", [1, 2, 4]], ["1,0"]],
  ["offset", "--offset <n>", "Positions", ["-3", -3], [0.5]],
])("%s is %s of %s", (name, flag, group, [given, meant], wrong) => {
  const setting = MULTIHEAD_SETTINGS[name];
  expect(setting).toMatchObject({ flag, group, help: expect.stringMatching(/\w/) });
  expect(setting.parse(given)).toEqual(meant);
  for (const value of wrong) expect(() => setting.parse(value)).toThrow(/is not/);
});

test("what is not given", () => {
  // torch.nn.RMSNorm's ε is set by its user; 1e-5 is that of LayerNorm.
  expect(completeSettings(MULTIHEAD_SETTINGS, {})).toMatchObject({
    ...{ heads: 1, eps: 1e-5, addZeroAttention: false, averageWeights: false },
  });
  for (const name of ["kvHeads", "headSize", "offset"] as const) {
    expect(MULTIHEAD_SETTINGS[name].defaultText).toMatch(/\w/);
    expect(MULTIHEAD_SETTINGS[name].default).toBeUndefined();
  }
});
