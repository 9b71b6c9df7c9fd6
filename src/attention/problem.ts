import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import type { AttendSettings } from "./attend-settings.js";
import type { MatrixName } from "./inputs.js";
import type { LoadedModel } from "./model/architecture.js";

/**
 * What there is to work with: named matrices, labels and settings. Recipes take complete settings; a
 * `Problem<Partial<…>>` holds those that someone gave.
 */
export interface Problem<Settings = AttendSettings> {
  readonly matrices: Readonly<Partial<Record<MatrixName, Matrix>>>;
  readonly mask?: BooleanMatrix | undefined;
  /** Names of the rows of the query, and of the key unless `keyTokens` are given. */
  readonly tokens?: readonly string[] | undefined;
  readonly keyTokens?: readonly string[] | undefined;
  readonly settings: Readonly<Settings>;
  /** Of `model`, in place of matrices. */
  readonly model?: LoadedModel | undefined;
}
