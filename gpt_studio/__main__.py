"""`gpt-studio` without arguments opens the window; with arguments it is the command line, which knows no Qt."""

import os
import sys

from gpt_studio import startup

RUN_SUFFIX = ".gptrun"


def main() -> int:
    """Gives the exit code."""
    arguments = sys.argv[1:]
    windowed = not arguments or (len(arguments) == 1 and arguments[0].lower().endswith(RUN_SUFFIX))
    try:
        startup.prepare()
        startup.require_processor()
        if windowed:
            return _open_window(arguments[0] if arguments else None)
        if arguments == ["window-check"]:
            from gpt_studio import window_check

            return window_check.main()
        from gpt_studio import cli

        return cli.main(arguments)
    except KeyboardInterrupt:  # while the parts are still being loaded
        print("gpt-studio: stopped.", file=sys.stderr)
        return 130
    except Exception as error:
        if os.environ.get("GPT_STUDIO_DEBUG") == "1":
            raise
        words, code = startup.explain(error)
        startup.tell(words, boxed=windowed)
        return code


def _open_window(packed: str | None) -> int:
    import gc
    from pathlib import Path

    gc.disable()  # what is loaded stays, so looking for rubbish meanwhile only costs time; app.main enables it
    from gpt_studio import app, paths

    if app.has_display():
        startup.watch_qt()
        startup.require_window_system()
        startup.require_home(paths.user_home())
    return app.main(packed=Path(packed).absolute() if packed else None)


if __name__ == "__main__":
    sys.exit(main())
