"""The command, called as a shell would call it."""

from flows import cli


def exit_code(arguments: list[str]) -> int:
    """Run `gangmu` in this process; gives the code that it leaves with."""
    try:
        return cli.main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
