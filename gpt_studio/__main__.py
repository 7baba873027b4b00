"""`gpt-studio` without arguments opens the window; with arguments it is the command line, which knows no Qt."""

import sys


def main() -> int:
    """Gives the exit code."""
    try:
        if len(sys.argv) > 1:
            from gpt_studio import cli

            return cli.main(sys.argv[1:])
        from gpt_studio import app

        return app.main()
    except KeyboardInterrupt:  # while the parts are still being loaded
        print("gpt-studio: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
