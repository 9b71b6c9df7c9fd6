import { expect, test } from "vitest";
import {
  MULTIHEAD_SETTINGS,
  type MultiheadSettings,
} from "../../../../src/attention/heads/multihead-settings.js";
import { completeSettings } from "../../../../src/attention/setting.js";

type Name = keyof MultiheadSettings;

/** The settings of `multihead` besides those of `attend` and of positions. */
test.each<
  [Name, value: string | undefined, group: string, right: [unknown, unknown], wrong: readonly unknown[]]
>([
  ["heads", "<h>", "Heads", ["8", 8], [0, 1.5, "x"]],
  ["kvHeads", "<g>", "Heads", ["2", 2], [0, -1]],
  ["headSize", "<d>", "Heads", [64, 64], [0]],
  ["eps", "<e>", "Heads", ["1e-6", 1e-6], [0, -1]],
  ["addZeroAttention", undefined, "Heads", [true, true], ["maybe"]],
  ["averageWeights", undefined, "Heads", [false, false], ["maybe"]],
  ["compareHeads", "<counts>", "Heads", ["1,2,4", [1, 2, 4]], ["1,0"]],
  ["offset", "<n>", "Positions", ["-3", -3], [0.5]],
])("%s takes %s, of %s", (name, value, group, [given, meant], wrong) => {
  const setting = MULTIHEAD_SETTINGS[name];
  expect("value" in setting ? setting.value : undefined).toBe(value);
  expect(setting).toMatchObject({ group, help: expect.stringMatching(/\w/) });
  expect(setting.parse(given)).toEqual(meant);
  for (const other of wrong) expect(() => setting.parse(other)).toThrow(/is not/);
});

test("what is not given", () => {
  // Users set the ε of torch.nn.RMSNorm. 1e-5 is that of LayerNorm.
  expect(completeSettings(MULTIHEAD_SETTINGS, {})).toMatchObject({
    ...{ heads: 1, eps: 1e-5, addZeroAttention: false, averageWeights: false },
  });
  for (const name of ["kvHeads", "headSize", "offset"] as const) {
    expect(MULTIHEAD_SETTINGS[name].defaultText).toMatch(/\w/);
    expect(MULTIHEAD_SETTINGS[name].default).toBeUndefined();
  }
});
