import { expect, test } from "vitest";
import { withOptions } from "../../../src/errors.js";
import { besides, type Conflict, idleNotes, type Need, refuseConflicts } from "../../../src/runs/needs.js";
import { refusal } from "../../support/refusal.js";

interface Given {
  readonly why?: string;
  readonly depth?: number;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly plot?: string;
  readonly FILE?: string;
}

const NEEDS: readonly Need<Given>[] = [
  besides("why", "depth"),
  { names: ["plot"], of: "pictures", isThere: () => false, met: ["none"] },
];

test.each<readonly [Given, readonly string[]]>([
  [{ depth: 2 }, ["--depth changes nothing here: it is about --why"]],
  [{ depth: 2, why: "weights[0,0]" }, []],
  [{ plot: "bars" }, ["--plot changes nothing here: it is about pictures"]],
  [{ plot: "none" }, []],
  [{}, []],
])("what changes nothing in %j is told", (given, notes) => {
  expect(idleNotes(NEEDS, given).map(withOptions)).toEqual(notes);
});

const CONFLICTS: readonly Conflict<Given>[] = [
  { names: ["quiet", "verbose", "FILE"] },
  {
    names: ["why"],
    beside: ["plot"],
    does: ["asks for a cell", "draws"],
    isSo: ({ plot }) => plot !== "none",
    hint: "Ask twice.",
  },
];

test.each<readonly [Given, string | undefined]>([
  [{ quiet: true, verbose: true }, "--quiet and --verbose contradict each other."],
  [{ verbose: true, FILE: "a.npz" }, "--verbose and FILE contradict each other."],
  [{ quiet: false, verbose: true }, undefined],
  [{ why: "weights[0,0]", plot: "bars" }, "--why asks for a cell, and --plot bars draws."],
  [{ why: "weights[0,0]", plot: "none" }, undefined],
])("of what asks for different things in %j the first two are named", (given, message) => {
  expect(refusal(() => refuseConflicts(CONFLICTS, given))?.message).toBe(message);
});

test("what to do is said", () => {
  const told = refusal(() => refuseConflicts(CONFLICTS, { why: "q[0,0]", plot: "bars" }));
  expect([told?.code, told?.details.hint]).toEqual(["USAGE", "Ask twice."]);
});
