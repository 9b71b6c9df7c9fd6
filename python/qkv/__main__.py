"""The command line of qkv: `python -m qkv attend --demo`, and `qkv` where the package is installed."""

import subprocess
import sys

from ._node import PROGRAM, NodeNotFound, find_node


def main() -> int:
    """Runs qkv with the words of this command line, and gives its exit code."""
    try:
        node = find_node()
    except NodeNotFound as error:
        print(error, file=sys.stderr)
        return 2
    return subprocess.call([node, str(PROGRAM / "bin" / "qkv.js"), *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
