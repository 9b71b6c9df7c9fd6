import type { InputName } from "../attention/inputs.js";
import type { Setting } from "../attention/setting.js";
import type { Parsed } from "./forms/form.js";
import type { Gathered } from "./source-matrices.js";

/** What a command takes from a bundle. */
export interface BundleRules {
  readonly accepts: readonly InputName[];
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
  /** Which layer is meant, of tensors of several. */
  readonly layer?: number | undefined;
  /** The matrices that options give beside it, by name. */
  readonly matrices?: Readonly<Partial<Record<InputName, string>>>;
}

/** One bundle while it is taken in. */
export interface Taking {
  readonly parsed: Parsed;
  readonly rules: BundleRules;
  readonly gathered: Gathered;
}
