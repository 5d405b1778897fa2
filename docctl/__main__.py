"""`python -m docctl`, and the program `docctl`."""

import gc

from docctl.cli import docctl


def main() -> None:
    """Run the command line; ends the process with its exit status."""
    # A command lives for a moment; looking for cycles among the values of a large register would take half of it.
    gc.disable()
    docctl(prog_name="docctl")


if __name__ == "__main__":
    main()
