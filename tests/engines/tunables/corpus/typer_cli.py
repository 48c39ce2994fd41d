from typing import Annotated, Literal

import typer

app = typer.Typer()


@app.command()
def train(
    data: str,
    lr: float = 3e-4,  # 1e-5..1e-2 log
    width: Annotated[int, typer.Option(min=32, max=512)] = 96,
    dropout: float = typer.Option(0.1, min=0.0, max=0.5),
    act: Literal["relu", "gelu"] = "gelu",
    seed: int = 0,
    verbose: bool = False,
    bias: bool = True,
):
    scale = 0.5
    print(data, lr, width, dropout, act, seed, verbose, bias, scale)


def helper(alpha: float = 0.25):
    return alpha


if __name__ == "__main__":
    app()
