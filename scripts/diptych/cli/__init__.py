"""The `diptych` command: parse, call, print, exit code (0 fine; 1 content; 2 usage or files; 3 rendering failed)."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module

import click

from diptych import __version__

__all__ = ["main"]

VERBS: Mapping[str, tuple[str, str]] = {
    "new": ("diptych.cli.new:new", "Begin a review, and a project around it where there is none."),
    "build": ("diptych.cli.build:build", "Build reviews as PDF, Word and HTML."),
    "check": ("diptych.cli.check:check", "Say what is wrong, and what a careful editor would look at again."),
    "preview": ("diptych.cli.preview:preview", "Look at reviews in the browser while writing."),
    "stats": ("diptych.cli.stats:command", "Count words, references, figures and tables."),
    "import": ("diptych.cli.references:import_", "Read a paper as a review, or references of other programs."),
    "export": ("diptych.cli.references:export", "Write references for other programs."),
    "templates": ("diptych.cli.lists:templates", "List the templates."),
    "journals": ("diptych.cli.lists:journals", "List the journals that reviews can be for."),
    "schema": ("diptych.cli.lists:schema", "Print the JSON Schema of review.yaml, for editors."),
    "doctor": ("diptych.cli.doctor:command", "Say what is installed, what is missing, and how to install it."),
    "completion": ("diptych.cli.completion:completion", "Print what makes the shell complete this command."),
}
"""Each verb with where it is and what it does. A verb is loaded when it is called, because the engines load slowly."""


INTERRUPTED = 130
"""What a shell has for a program that Ctrl-C ended."""


class _Verbs(click.Group):
    """The verbs, each loaded when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.obj = list(args)  # what `build` was asked in
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            ctx.exit(INTERRUPTED)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in VERBS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in VERBS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], VERBS, n=1)
            hint = f"did you mean “{near[0]}”?" if near else "`diptych --help` lists what there is"
            ctx.fail(f"No such command “{args[0]}”; {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="diptych")
def main() -> None:
    """Review articles with annotated references, from one YAML source to PDF and native Word.

    \b
    diptych new my-review          a review to begin with
    diptych check                  what is wrong with it, and what an editor would look at again
    diptych build                  its PDF and Word files, in build/
    diptych COMMAND --help         more, with examples
    """
