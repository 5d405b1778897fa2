"""`python -m docctl`, and the program `docctl`."""

from docctl.cli import docctl


def main() -> None:
    """Run the command line; ends the process with its exit status."""
    docctl(prog_name="docctl")


if __name__ == "__main__":
    main()
