"""One module for each thing that is measured; `measure` takes the sites and the sizes and returns what it found."""
