import * as all from "./all.js";

/** Of what modules export, the ops. */
type OpsOf<Exported> = {
  readonly [Name in keyof Exported as Exported[Name] extends { readonly explainCell: unknown }
    ? Name
    : never]: Exported[Name];
};

const isOp = (value: unknown) => "explainCell" in Object(value);

/** Every op, by the name it has in code. The laws are swept over this table. */
export const OPS = Object.fromEntries(Object.entries(all).filter(([, value]) => isOp(value))) as OpsOf<
  typeof all
>;
