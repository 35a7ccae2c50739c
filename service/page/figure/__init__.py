"""SVG of lines and marks on axes: it knows no chemistry."""
