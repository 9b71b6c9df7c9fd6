import type { WorkedSolutions } from "../../src/check/rounding-schedules.js";

/** Solutions whose numbers stand in a test were rounded in no way. */
export const NO_SCHEDULES: WorkedSolutions["schedules"] = { ways: [], cut: (matrix) => matrix };
