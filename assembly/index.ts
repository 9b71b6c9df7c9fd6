export { attend } from "./attention";
export { measure } from "./measure";
export { fuses } from "./multiply-add";
export { pack } from "./pack";
export { multiply, multiplySingles } from "./product";
export { squareValues, survey, weighQueries } from "./survey";
export { widen } from "./widen";
