import { softplus as smooth } from "../smooth.js";
import { activation } from "./activation.js";

export const softplus = activation("softplus", "A smooth ramp: log(1 + exp(x)).", smooth);
