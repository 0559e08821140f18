// The figures of docs/gallery.md: which figure of which flow, and what is to be seen.

/** A part of the paper's site: pipelines of pipelines/paper, with figures of their flows. */
export const gallery = [
  {
    title: "Gradient descent",
    pipelines: [
      {
        file: "gd-one-eigenvalue.cflow",
        title: "One eigenvalue at the edge of stability",
        figures: [
          {
            flow: "eos",
            figure: "sharpness",
            seen: "The sharpness of gradient descent swings about its threshold in cycles that die out. The central flow stays at it; gradient flow goes on.",
          },
          {
            flow: "eos",
            figure: "oscillations",
            seen: "σ², which the flow takes to stay at the threshold, is the average variance of the bursts.",
          },
          {
            flow: "eos",
            figure: "distance",
            seen: "Gradient flow leaves gradient descent at the edge of stability and never comes back. The central flow's distance makes one bump a cycle.",
          },
        ],
      },
      {
        file: "gd-several-eigenvalues.cflow",
        title: "Several eigenvalues",
        figures: [
          {
            flow: "eos",
            figure: "eigenvalues",
            seen: "Three eigenvalues arrive at the threshold, and the flow holds each.",
          },
          {
            flow: "eos",
            figure: "oscillations",
            seen: "Each eigenvalue of Σ is the average variance along its eigenvector.",
          },
          {
            flow: "eos",
            figure: "loss",
            seen: "Gradient descent's loss rises and falls. Along the flow it falls at every step, and with what the oscillations add it is gradient descent's average.",
          },
          {
            flow: "eos",
            figure: "gradient-norm",
            seen: "Nearly all of the gradient is oscillation, and the flow says how much.",
          },
          {
            flow: "eos",
            figure: "outputs",
            seen: "What the network says of a test example: the optimizer's outputs swing about those along the flow.",
          },
          {
            flow: "eos",
            figure: "cost",
            seen: "What it costs to follow three eigenvalues.",
          },
        ],
      },
      {
        file: "gd-learning-rates.cflow",
        title: "Learning rates",
        figures: [
          {
            flow: "eos",
            figure: "sharpness",
            seen: "At twice the learning rate the sharpness ends at half of what it was.",
          },
        ],
      },
      {
        file: "gd-architectures.cflow",
        title: "Architectures",
        figures: [
          ["on_cnn", "A convolutional network."],
          ["on_resnet", "A residual network with normalization."],
          ["on_vit", "A vision transformer."],
          ["on_lstm", "An LSTM, which sorts."],
          ["on_transformer", "A Transformer, which sorts."],
          ["on_mamba", "Mamba, which sorts."],
        ].map(([flow, seen]) => ({ flow, figure: "loss", seen })),
      },
    ],
  },
  {
    title: "Scalar RMSProp",
    pipelines: [
      {
        file: "scalar-rmsprop-edge.cflow",
        title: "The effective sharpness",
        figures: [
          {
            flow: "eos[beta2=0.99]",
            figure: "eigenvalues",
            seen: "The effective sharpness swings about 2 at beta2 = 0.99; without oscillations it goes away.",
          },
          {
            flow: "eos[beta2=0.999]",
            figure: "eigenvalues",
            seen: "At beta2 = 0.999 the cycles are longer and their average is 2 again.",
          },
          {
            flow: "eos[beta2=0.999]",
            figure: "distance",
            seen: "The central flow stays at the optimizer, the stable flow doesn't.",
          },
        ],
      },
      {
        file: "scalar-rmsprop-losses.cflow",
        title: "Losses of architectures",
        figures: [
          { flow: "on_mlp", figure: "loss", seen: "A perceptron at two learning rates." },
          { flow: "on_cnn", figure: "loss", seen: "A convolutional network." },
          { flow: "on_transformer", figure: "loss", seen: "A Transformer, which sorts." },
        ],
      },
      {
        file: "scalar-rmsprop-step-size.cflow",
        title: "The step size is 2/S",
        figures: [
          {
            flow: "eos",
            figure: "step-size",
            seen: "At the edge of stability the step size is 2/S, with one eigenvalue there as with two.",
          },
          {
            flow: "eos",
            figure: "ablation",
            seen: "Without the push to less sharp regions the same adaptation ends in much sharper ones, with a higher loss.",
          },
        ],
      },
      {
        file: "scalar-rmsprop-learning-rates.cflow",
        title: "Learning rates, to the same loss",
        figures: [
          {
            flow: "low",
            figure: "sharpness",
            seen: "At a loss of 0.003 the sharpness is 24 at a learning rate of 0.01.",
          },
          { flow: "middle", figure: "sharpness", seen: "It is 20 at 0.02." },
          { flow: "high", figure: "sharpness", seen: "It is 13 at 0.04." },
        ],
      },
      {
        file: "scalar-rmsprop-same-start.cflow",
        title: "Learning rates, from the same start",
        figures: [
          {
            flow: "low",
            figure: "step-size",
            seen: "The step size of a learning rate that stays.",
          },
          {
            flow: "high",
            figure: "step-size",
            seen: "Of one that grows by half at step 300: it is 2/S before and after, but the sharpness S falls.",
          },
        ],
      },
    ],
  },
  {
    title: "RMSProp",
    pipelines: [
      {
        file: "rmsprop-edge.cflow",
        title: "The effective Hessian, Σ and ν",
        figures: [
          {
            flow: "eos",
            figure: "eigenvalues",
            seen: "Three eigenvalues of the effective Hessian are held at 2.",
          },
          {
            flow: "eos",
            figure: "oscillations",
            seen: "The generalized eigenvalues of Σ are the variances along their eigenvectors.",
          },
          {
            flow: "eos",
            figure: "nu",
            seen: "The flow predicts the mean of ν, about which the optimizer's fluctuates.",
          },
          {
            flow: "eos",
            figure: "squared-gradients",
            seen: "And squared gradients, weight by weight.",
          },
          { flow: "eos", figure: "loss", seen: "And the loss." },
        ],
      },
      {
        file: "rmsprop-preconditioner.cflow",
        title: "The stationary preconditioner, and how fast it is",
        figures: [
          {
            flow: "eos[lr=0.0005]",
            figure: "cosine",
            seen: "ν turns to what is stationary at the weights, from a cosine of 0.51 at step 100 to 0.9996.",
          },
          {
            flow: "eos[lr=0.0005]",
            figure: "stationary-nu",
            seen: "So does ν of each of ten weights.",
          },
          {
            flow: "eos[lr=0.0002]",
            figure: "speeds",
            seen: "At a small learning rate the stationary preconditioner is slower than gradient descent at first.",
          },
          {
            flow: "eos[lr=0.001]",
            figure: "speeds",
            seen: "At a large one it is soon as fast as its first term alone.",
          },
        ],
      },
      {
        file: "rmsprop-ablated.cflow",
        title: "Acceleration by regularization",
        figures: [
          {
            flow: "eos",
            figure: "ablation",
            seen: "Without regularization the flow goes into sharper regions and its loss falls less.",
          },
        ],
      },
    ],
  },
  {
    title: "A loss spike",
    pipelines: [
      {
        file: "loss-spike.cflow",
        title: "A burst, seen as a loss",
        figures: [
          {
            flow: "eos",
            figure: "loss",
            seen: "The optimizer's loss jumps to almost five times its value, three times, about a prediction that falls.",
          },
          {
            flow: "eos",
            figure: "eigenvalues",
            seen: "Before each spike the effective sharpness is above 2, after it below.",
          },
        ],
      },
    ],
  },
];
