import { expect, test } from "vitest";
import {
  choice,
  completeSettings,
  flag,
  type SettingTable,
  settingTable,
  wholeNumber,
} from "../../../src/attention/setting.js";

interface Settings {
  readonly size: number;
  readonly quick: boolean;
  readonly depth?: number;
}

const group = "G";
const TABLE: SettingTable<Settings> = {
  size: { value: "<n>", help: "a size", group, default: 3, parse: wholeNumber(1) },
  quick: { help: "quickly", group, default: false, parse: flag },
  depth: { value: "<n>", help: "a depth", group, defaultText: "all", parse: wholeNumber(1) },
};

test("what was not given is the default, where there is one", () => {
  expect(completeSettings(TABLE, {})).toEqual({ size: 3, quick: false });
});

test("what was given wins, and what is in no table stays", () => {
  const given = { quick: true, depth: 2, carry: "2" };
  expect(completeSettings(TABLE, given)).toEqual({ size: 3, quick: true, depth: 2, carry: "2" });
});

test("types follow from what understands a value: always there with a default, of its choices alone", () => {
  const own = { flag: "--way <w>", help: "a way", parse: choice("up", "down") };
  const table = settingTable(group, { way: { ...own, default: "up" }, depth: TABLE.depth });
  const { way, depth } = completeSettings(table, {});
  const isUp: "up" | "down" = way;
  expect([isUp, depth]).toEqual(["up", undefined]);
  // @ts-expect-error A default is one of the values that are understood.
  expect(settingTable(group, { way: { ...own, default: "left" } }).way.default).toBe("left");
  // @ts-expect-error "left" is no value of the setting.
  expect(completeSettings(table, { way: "left" }).way).toBe("left");
});
