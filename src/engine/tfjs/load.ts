/** TensorFlow.js, loaded when a function must be traced or a backend of it runs a graph. */
export type Tfjs = typeof import("@tensorflow/tfjs");

let loading: Promise<Tfjs> | undefined;

export function loadTfjs(): Promise<Tfjs> {
  loading ??= import("@tensorflow/tfjs").then((module) => {
    // A CommonJS package: its namespace's `default` is complete, the named exports are guessed.
    const tf = (module as unknown as { default?: Tfjs }).default ?? module;
    // In production mode it doesn't advise, at every start, to install another backend.
    tf.enableProdMode();
    return tf;
  });
  return loading;
}
