import * as all from "./all.js";

/** The ops among the exports of a module. */
type OpsOf<Exported> = {
  readonly [Name in keyof Exported as Exported[Name] extends { readonly explainCells: unknown }
    ? Name
    : never]: Exported[Name];
};

const isOp = (value: unknown) => "explainCells" in Object(value);

/** Every op, by its name in code. The law tests check all of them. */
export const OPS = Object.fromEntries(Object.entries(all).filter(([, value]) => isOp(value))) as OpsOf<
  typeof all
>;
