import click

CLIP_NORM: float = 5  # gradient norm


@click.group()
def cli():
    pass


@cli.command()
@click.option("--lr", default=0.01, type=click.FloatRange(1e-4, 0.1), show_default=True)
@click.option("--hidden", "-h", default=64, help="Hidden units.")  # 16..256 step 16
@click.option("--optimizer", type=click.Choice(["sgd", "adam"]), default="sgd")
@click.option("--nesterov/--no-nesterov", default=True)
@click.option("--momentum", type=float, default=0.9)
@click.option("--epochs", default=10)
@click.option("--log-every", default=50)
@click.option("--tags", multiple=True, default=["a"])
@click.option("--depth", type=click.IntRange(min=1, max=6), default=2)
def train(lr, hidden, optimizer, nesterov, momentum, epochs, log_every, tags, depth):
    click.echo(f"{lr} {hidden}")


if __name__ == "__main__":
    cli()
