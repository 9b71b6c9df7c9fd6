import { describe, expect, test } from "vitest";
import { setting } from "../../../src/errors.js";
import { describeTrace, type SolutionView } from "../../../src/render/solution.js";
import { partOf, stepOf, traceOf } from "../../support/traces.js";

const steps = ["dot", "cosine"].flatMap((scope) => [
  stepOf({ scope, id: "scores", rows: [[1, 2]], notes: scope === "dot" ? ["not scaled"] : [] }),
  stepOf({ scope, id: "exponentials", rows: [[2.7, 7.4]] }),
]);
const trace = traceOf([...steps, stepOf({ id: "agreement", rows: [[1]] })], {
  overview: { scopes: [[partOf("dot")], [partOf("cosine")]], ids: ["scores", "output"] },
});

function describeWith(view: Partial<SolutionView>) {
  return describeTrace(trace, { precision: 4, full: false, plot: "auto", ...view });
}
const titlesOf = (view: Partial<SolutionView>) =>
  describeWith(view).flatMap((block) => (block.kind === "heading" ? [block.title] : []));

describe("the overview of scopes that hold the same steps", () => {
  test("shows the chosen steps beside each other, then those outside of the scopes", () => {
    expect(titlesOf({})).toEqual(["scores", "agreement"]);
    const [gallery] = describeWith({}).filter(({ kind }) => kind === "gallery");
    expect(gallery).toMatchObject({ pictures: [{ title: "dot" }, { title: "cosine" }] });
  });
  test("says of which scopes a remark is", () => {
    expect(JSON.stringify(describeWith({}))).toContain("dot: not scaled");
  });
  test("says how the rest is seen", () => {
    expect(JSON.stringify(describeWith({}))).toContain(`${setting("steps")} all`);
  });
  test.each([{ steps: "all" }, { full: true }] as const)("gives way to every step with %j", (view) => {
    const each = ["scores", "exponentials"];
    expect(titlesOf(view)).toEqual(["dot", ...each, "cosine", ...each, "attend", "agreement"]);
  });
  test("gives way to the steps that are named", () => {
    expect(titlesOf({ steps: ["exponentials"] })).toEqual(["dot", "exponentials", "cosine", "exponentials"]);
  });
});
