/**
 * The protocol-buffer form of an ONNX model, of the message fields that kernel graphs need.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Shape } from "../graph.js";

/** Operators as of this version: the first in which reductions take their axes as an input. */
const OPSET_VERSION = 18;
const IR_VERSION = 8;

/** TensorProto.DataType. */
export const elementTypes = { float32: 1, int64: 7, bool: 9, float64: 11 } as const;
export type ElementType = keyof typeof elementTypes;

/** AttributeProto.AttributeType. */
const attributeTypes = { int: 2, string: 3, ints: 7 } as const;

export interface OnnxNode {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, number | string | readonly number[]>>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** Little-endian. */
  readonly bytes: Uint8Array;
}

export interface OnnxValue {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** The serialized ModelProto; the same graph gives the same bytes. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = new BinaryWriter();
  int(model, 1, IR_VERSION);
  text(model, 2, "cflow");
  message(model, 7, (body) => encodeGraph(body, graph));
  message(model, 8, (opset) => int(opset, 2, OPSET_VERSION));
  return model.finish();
}

function encodeGraph(body: BinaryWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) message(body, 1, (field) => encodeNode(field, node));
  text(body, 2, "kernels");
  for (const tensor of graph.initializers) message(body, 5, (field) => encodeTensor(field, tensor));
  for (const value of graph.inputs) message(body, 11, (field) => encodeValue(field, value));
  for (const value of graph.outputs) message(body, 12, (field) => encodeValue(field, value));
}

function encodeNode(body: BinaryWriter, { type, inputs, output, attributes }: OnnxNode): void {
  for (const input of inputs) text(body, 1, input);
  text(body, 2, output);
  text(body, 4, type);
  for (const [name, value] of Object.entries(attributes))
    message(body, 5, (attribute) => {
      text(attribute, 1, name);
      if (typeof value === "number") int(attribute, 3, value);
      else if (typeof value === "string") text(attribute, 4, value);
      else for (const element of value) int(attribute, 8, element);
      int(attribute, 20, attributeTypes[kindOf(value)]);
    });
}

function kindOf(value: OnnxNode["attributes"][string]): keyof typeof attributeTypes {
  if (typeof value === "number") return "int";
  return typeof value === "string" ? "string" : "ints";
}

function encodeTensor(body: BinaryWriter, { name, type, shape, bytes }: OnnxTensor): void {
  for (const side of shape) int(body, 1, side);
  int(body, 2, elementTypes[type]);
  text(body, 8, name);
  body.tag(9, WireType.LengthDelimited).bytes(bytes);
}

function encodeValue(body: BinaryWriter, { name, type, shape }: OnnxValue): void {
  text(body, 1, name);
  message(body, 2, (valueType) =>
    message(valueType, 1, (tensorType) => {
      int(tensorType, 1, elementTypes[type]);
      message(tensorType, 2, (sides) => {
        for (const side of shape) message(sides, 1, (dimension) => int(dimension, 1, side));
      });
    }),
  );
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value);
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value);
}

function message(writer: BinaryWriter, field: number, body: (writer: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  body(writer);
  writer.join();
}
