#!/usr/bin/env python
# coding=utf-8
"""Fine-tuning a Transformers model for sequence classification, without the Trainer."""

import argparse
import logging

logger = logging.getLogger(__name__)

require_version = "1.8.0"

task_to_keys = {
    "cola": ("sentence", None),
    "mnli": ("premise", "hypothesis"),
}


def parse_args():
    parser = argparse.ArgumentParser(description="Finetune a transformers model")
    parser.add_argument("--task_name", type=str, default=None, choices=list(task_to_keys.keys()))
    parser.add_argument(
        "--max_length",
        type=int,
        default=128,
        help=(
            "The maximum total input sequence length after tokenization. Sequences longer than this"
            " will be truncated # and padded"
        ),
    )
    parser.add_argument("--pad_to_max_length", action="store_true", help="Pad all samples.")
    parser.add_argument("--model_name_or_path", type=str, required=True)
    parser.add_argument(
        "--per_device_train_batch_size",
        type=int,
        default=8,
        help="Batch size (per device) for the training dataloader.",
    )
    parser.add_argument("--per_device_eval_batch_size", type=int, default=8)
    parser.add_argument(
        "--learning_rate",
        type=float,
        default=5e-5,  # 1e-6..1e-3 log
        help="Initial learning rate (after the potential warmup period) to use.",
    )
    parser.add_argument("--weight_decay", type=float, default=0.0, help="Weight decay to use.")
    parser.add_argument("--num_train_epochs", type=int, default=3)
    parser.add_argument("--max_train_steps", type=int, default=None)
    parser.add_argument("--gradient_accumulation_steps", type=int, default=1)
    parser.add_argument(
        "--lr_scheduler_type",
        default="linear",
        choices=["linear", "cosine", "polynomial", "constant"],
    )
    parser.add_argument("-w", "--warmup-ratio", type=float, default=0.06)
    parser.add_argument("--label_smoothing", type=float, default=0)
    parser.add_argument("--amsgrad", action=argparse.BooleanOptionalAction, default=False)
    parser.add_argument("--lora_rank", type=int, default=16, choices=range(1, 65))
    parser.add_argument("--layers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--output_dir", type=str, default="out")
    parser.add_argument("--seed", type=int, default=1234)
    parser.add_argument("--checkpointing_steps", type=str, default="500")
    group = parser.add_argument_group("optimizer")
    group.add_argument("--adam_beta2", type=float, default=.999)  # tune: 0.9..0.9999
    args = parser.parse_args()
    return args


def main():
    args = parse_args()
    logger.info("%s", args)


if __name__ == "__main__":
    main()
