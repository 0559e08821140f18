export { type DtypeName, dtypeKind, type NpyHeader } from "./header.js";
export { type NpyArray, readNpy, readNpyHeader } from "./read.js";
export { encodeNpy } from "./write.js";
