"""Image classification, Keras functional API."""

import keras
from keras import layers

batch_size = 128
epochs = 15
num_classes = 10
input_shape = (28, 28, 1)
validation_split = 0.1

HP = dict(
    filters=32,          # 8..128
    kernel=3,            # one of: 3, 5, 7
    dense_units=128,
    dropout_rate=0.5,    # range 0.1 - 0.7
    optimizer="adam",    # one of: adam, sgd, rmsprop
    lr=1e-3,
    momentum=0.9,
    augment=True,
    data_dir="/tmp/x",
)

schedule = {
    "initial": HP["lr"],
    "decay_steps": 1000,
    "decay_rate": 0.96,
    "staircase": False,  # not tunable
}
schedule["decay_rate"] = 0.9

l2 = l2_bias = 1e-4
hidden_sizes = [256, 128]

inputs = keras.Input(shape=input_shape)
x = layers.Conv2D(HP["filters"], HP["kernel"], activation="relu")(inputs)
x = layers.Flatten()(x)
for size in hidden_sizes:
    x = layers.Dense(size, activation="relu")(x)
x = layers.Dropout(HP["dropout_rate"])(x)
outputs = layers.Dense(num_classes, activation="softmax")(x)
model = keras.Model(inputs, outputs)
