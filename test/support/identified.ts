import { identify } from "../../src/check/identify/identify.js";
import { answerProbe, type Conventions, scaleOf } from "./probed-kernel.js";

/** The conventions that are identified wrongly, by name. Empty if all are right. */
export function misidentified(
  conventions: Conventions,
  type: "float32" | "bfloat16" | "float16",
  softcap = 30,
): readonly string[] {
  const { plain, masked } = answerProbe(conventions, type, softcap);
  const found = identify(plain, masked);
  const { align, window } = conventions;
  const isAfter = conventions.softcap === "after the mask";
  const offset = align === "bottom-right" ? 8 : 0;
  const scale = found.scoring?.scale ?? Number.NaN;
  const checks: Readonly<Record<string, boolean>> = {
    scale:
      Math.abs(scale / scaleOf(conventions.scale) - 1) < (found.scale ? 1e-9 : 0.01) &&
      (found.scale === undefined) === (conventions.scale === "0.11"),
    maskTrue: found.polarity === conventions.maskTrue,
    align:
      found.pattern !== undefined &&
      (found.pattern.right === undefined) === (align === "none") &&
      (align === "none" || found.pattern.offset === offset),
    window:
      found.pattern !== undefined &&
      (window === undefined ? found.pattern.left === undefined : found.pattern.left === window - 1),
    // Masked scores of −C give a row of equal weights, whatever the kernel does with rows of −∞.
    emptyRow: found.emptyRow === (isAfter ? "uniform" : conventions.emptyRow),
    groups: found.grouping === conventions.groups,
    rope: found.rotation?.pairs === conventions.rope,
    softcap:
      conventions.softcap === "none"
        ? found.scoring?.softcap === undefined
        : Math.abs((found.scoring?.softcap ?? 0) / softcap - 1) < 0.05,
    softcapPlace:
      (found.fill !== undefined) === isAfter &&
      (!isAfter || Math.abs((found.fill ?? 0) / -softcap - 1) < 0.05),
    base: found.logSumExp === conventions.base,
    ties: found.ties.length === 0,
  };
  return Object.entries(checks).flatMap(([name, isRight]) => (isRight ? [] : [name]));
}
