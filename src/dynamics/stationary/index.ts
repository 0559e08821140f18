export {
  firstTermPreconditioner,
  scalarStationaryNu,
  stationaryNu,
  stationaryPreconditioner,
} from "./preconditioner.js";
export type {
  HessianNotFinite,
  LeastPreconditioner,
  LeastPreconditionerRequest,
} from "./solve.js";
export { optimizationSpeed } from "./speed.js";
