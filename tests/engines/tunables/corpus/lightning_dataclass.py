from dataclasses import dataclass, field
from typing import ClassVar, Literal, Optional, Tuple

from pydantic import BaseModel, Field


@dataclass
class OptimConfig:
    lr: float = 1e-3
    betas: Tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = field(default=0.01, metadata={"help": "decoupled"})
    schedule: Literal["cosine", "linear", "none"] = "cosine"
    warmup_steps: int = 500


@dataclass(frozen=True)
class ModelConfig:
    kind: ClassVar[str] = "resnet"
    width: int = 192
    depth: int = 4
    dropout: Optional[float] = 0.1
    norm_first: bool = True
    act: str = "gelu"  # one of: relu, gelu, silu
    num_classes: int = 10
    skip: int = 2
    skip = 3


class TrainerSettings(BaseModel):
    gradient_clip_val: float = Field(1.0, gt=0.1, le=10.0)
    label_smoothing: float = Field(default=0.0, ge=0, le=0.3)
    accumulate: int = Field(default=2, ge=1, le=8)
    max_epochs: int = 30
    precision: str = "bf16-mixed"
    devices: int = 1
    seed: int = 7


class Experiment:
    lr = 0.5

    def __init__(self, optim: OptimConfig, model: ModelConfig):
        self.optim = optim
        self.model = model
        self.alpha = 0.3


model = ModelConfig(depth=6, width=256)
