"""Sources: one package for each type of source of order states; they only read, and know no target."""
