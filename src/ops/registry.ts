import * as activation from "./activation.js";
import * as activationGradient from "./activation-gradient.js";
import * as agreement from "./agreement.js";
import * as distances from "./distances.js";
import * as dropout from "./dropout.js";
import * as elementwise from "./elementwise.js";
import * as frequencies from "./frequencies.js";
import * as heads from "./heads.js";
import * as leastSquares from "./least-squares.js";
import * as local from "./local.js";
import * as localGradient from "./local-gradient.js";
import * as losses from "./losses.js";
import * as masking from "./masking.js";
import * as normalisation from "./normalisation.js";
import * as normalisationGradient from "./normalisation-gradient.js";
import * as pairs from "./pairs.js";
import * as parts from "./parts.js";
import * as product from "./product.js";
import * as shares from "./shares.js";
import * as shift from "./shift.js";
import * as similarity from "./similarity.js";
import * as similarityGradient from "./similarity-gradient.js";
import * as softmax from "./softmax.js";
import * as softmaxGradient from "./softmax-gradient.js";
import * as softmaxJacobian from "./softmax-jacobian.js";
import * as sources from "./sources.js";
import * as summary from "./summary.js";
import * as sums from "./sums.js";
import * as tanhSumGradient from "./tanh-sum-gradient.js";
import * as tiles from "./tiles.js";
import * as waves from "./waves.js";
import * as weightedSum from "./weighted-sum.js";
import * as windows from "./windows.js";

/** Of what modules export, the ops. */
type OpsOf<Exported> = {
  readonly [Name in keyof Exported as Exported[Name] extends { readonly explainCell: unknown }
    ? Name
    : never]: Exported[Name];
};

function opsOf<Exported extends object>(exported: Exported): OpsOf<Exported> {
  const isOp = (value: unknown) => "explainCell" in Object(value);
  return Object.fromEntries(Object.entries(exported).filter(([, value]) => isOp(value))) as OpsOf<Exported>;
}

/** Every op, by the name it has in code. The law of explanations is swept over this table. */
export const OPS = opsOf({
  ...product,
  ...weightedSum,
  ...parts,
  ...windows,
  ...elementwise,
  ...dropout,
  ...activation,
  ...normalisation,
  ...masking,
  ...softmax,
  ...sums,
  ...summary,
  ...similarity,
  ...heads,
  ...shares,
  ...tiles,
  ...waves,
  ...pairs,
  ...frequencies,
  ...shift,
  ...leastSquares,
  ...distances,
  ...local,
  ...sources,
  ...agreement,
  ...losses,
  ...softmaxJacobian,
  ...softmaxGradient,
  ...activationGradient,
  ...normalisationGradient,
  ...similarityGradient,
  ...tanhSumGradient,
  ...localGradient,
});
