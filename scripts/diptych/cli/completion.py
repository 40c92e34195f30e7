"""`diptych completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, options and names of rules; put it where your shell looks.

    \b
    diptych completion bash > ~/.local/share/bash-completion/completions/diptych
    diptych completion zsh > "${fpath[1]}/_diptych"
    diptych completion fish > ~/.config/fish/completions/diptych.fish
    """
    found = get_completion_class(shell)
    assert found is not None
    click.echo(found(context.find_root().command, {}, "diptych", "_DIPTYCH_COMPLETE").source())
