import type { Check } from "./check.js";
import type { MistakeText } from "./mistakes/mistake.js";
import { ROUNDED_ON_THE_WAY } from "./strict.js";

/** What is said where a sheet is right, but is rounded otherwise than it was declared. */
const roundedOtherwise: MistakeText = {
  id: ROUNDED_ON_THE_WAY,
  step: "any",
  title: "These numbers are not rounded as this problem says.",
  formula: "every step rounded to the declared digits before the next",
  fix: "Round each step to the declared digits, and continue with the rounded numbers.",
  isUnproved: true,
};

/** A sheet that was checked by a declared way to round: what only another way excuses is told so. */
export const byDeclaredRounding = (check: Check): Check => ({
  ...check,
  diagnosis: check.diagnosis.map((found) =>
    found.mistake.id === ROUNDED_ON_THE_WAY ? { ...found, mistake: roundedOtherwise } : found,
  ),
});
