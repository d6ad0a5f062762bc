"""How far the program and the reference may lie apart: the one table, for every comparison in this folder.

CPU float32 on both sides; the orders of summation differ, and folded batch norm rounds in other places. Seen on an
AVX-512 machine: logits within 4e-6, probabilities within 1e-6.
"""

TILE_BYTES = 0  # tiles are equal byte for byte
LOGIT = 1e-3
PROBABILITY = 1e-4
MEASUREMENT = 1e-3  # of a normalised output
TIE = 1e-3  # grades whose logits lie closer than this may change places
# A printed number may differ in its last digit only where the unrounded one lies this close to the rounding border.
LOG_HEAD = 1e-4  # three decimals of one head
LOG_RUNNING = 1e-5  # four decimals of a running mean: errors of single heads average out
SUMMARY_ERROR = 1e-5  # a normalised mean absolute error; accuracies and counts are equal
SUMMARY_ACCURACY = 1e-12
