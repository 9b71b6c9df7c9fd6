import type { BooleanMatrix, Matrix } from "../math/matrix.js";
import type { AttendSettings } from "./attend-settings.js";
import type { MatrixName } from "./inputs.js";
import type { LoadedModel } from "./model/architecture.js";

/**
 * The inputs of a recipe: named matrices, labels and settings. Recipes take complete settings; a `Problem<Partial<…>>`
 * has only the given ones.
 */
export interface Problem<Settings = AttendSettings> {
  readonly matrices: Readonly<Partial<Record<MatrixName, Matrix>>>;
  readonly mask?: BooleanMatrix | undefined;
  /** Labels of the query's rows, and of the key's rows unless `keyTokens` are given. */
  readonly tokens?: readonly string[] | undefined;
  readonly keyTokens?: readonly string[] | undefined;
  readonly settings: Readonly<Settings>;
  /** For `model`, instead of matrices. */
  readonly model?: LoadedModel | undefined;
}
