"""Files of weights in every format, as named arrays that are read and written one at a time."""
