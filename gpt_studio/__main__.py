"""`gpt-studio` without arguments opens the window; with arguments it is the command line, which knows no Qt."""

import sys


def main() -> int:
    """Gives the exit code."""
    try:
        if len(sys.argv) > 1:
            from gpt_studio import cli

            return cli.main(sys.argv[1:])
        import gc

        gc.disable()  # what is loaded stays, so looking for rubbish meanwhile only costs time; app.main enables it
        from gpt_studio import app

        return app.main()
    except KeyboardInterrupt:  # while the parts are still being loaded
        print("gpt-studio: stopped.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
