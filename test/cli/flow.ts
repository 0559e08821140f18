/** A flow of two processes and two claims, small enough that starting processes takes most time. */
export const flow = `param lr = 0.05
param n = 8

dataset digits = mnist { classes = 2  train = 20  test = 10 }
model net = flatten -> dense(4) -> tanh -> dense(outputs)
optimizer gd = gd { lr = lr }

flow eos {
  dataset = digits  model = net  loss = mse  optimizer = gd
  steps = n
  discrete
  central { substeps = 2 }
}

expect "descent descends" { final(eos.discrete.train_loss) < 0.5 }
expect "the flow too" { final(eos.central.train_loss) < 0.5 }
`;

/** The same with one process, which measures no eigenvalues, and no claim. */
export const descent = flow.replace(/ {2}central.*\n/, "").replace(/\nexpect.*/gs, "\n");
