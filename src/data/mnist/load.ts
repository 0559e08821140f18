/**
 * Draws examples from the digits' files. Each digit's images are shuffled; training examples are
 * taken from the front and test examples from the back, so that they are disjoint, and the test set
 * stays the same when more training examples are asked for.
 */
import { mersenne } from "pure-rand/generator/mersenne";
import { type ExampleArray, type Examples, oneHot } from "../examples.js";
import { shuffle } from "../shuffle.js";
import { available, readDigit, side } from "./digits.js";
import { digitsOf, type MnistSettings, share } from "./entry.js";

/** Mean and standard deviation of the whole MNIST training set, with which pixels are standardized. */
const mean = 0.1307;
const deviation = 0.3081;

interface Drawn {
  readonly label: number;
  /** Position among the digit's images. */
  readonly image: number;
}

/** x of shape [examples, 28, 28], one-hot y; deterministic in the settings. */
export async function loadMnist({ classes, train, test, seed }: MnistSettings): Promise<Examples> {
  const digits = digitsOf(classes);
  const pixels = await Promise.all(digits.map(readDigit));
  const random = mersenne(seed);
  const drawnTrain: Drawn[] = [];
  const drawnTest: Drawn[] = [];
  digits.forEach((digit, label) => {
    const count = available[digit]!;
    const images = shuffle(
      Array.from({ length: count }, (_, image) => ({ label, image })),
      random,
    );
    drawnTrain.push(...images.slice(0, share(train, digits.length, label)));
    drawnTest.push(...images.slice(count - share(test, digits.length, label)));
  });
  // The test set first: its order must not depend on the number of training examples.
  shuffle(drawnTest, random);
  shuffle(drawnTrain, random);
  const [xTrain, yTrain] = collect(drawnTrain, pixels);
  if (test === 0) return { xTrain, yTrain };
  const [xTest, yTest] = collect(drawnTest, pixels);
  return { xTrain, yTrain, xTest, yTest };
}

function collect(
  drawn: readonly Drawn[],
  pixels: readonly (readonly number[])[],
): [ExampleArray, ExampleArray] {
  const size = side * side;
  const values = new Float32Array(drawn.length * size);
  drawn.forEach(({ label, image }, row) => {
    for (let i = 0; i < size; i++) {
      values[row * size + i] = (pixels[label]![image * size + i]! - mean) / deviation;
    }
  });
  const labels = drawn.map(({ label }) => label);
  return [{ shape: [drawn.length, side, side], values }, oneHot(labels, pixels.length)];
}
