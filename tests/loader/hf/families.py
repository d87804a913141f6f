"""Processors and models of every family, tiny, from configurations: nothing is downloaded.

Processors of models that also take videos want a video processor, which wants torchvision; where
that isn't installed they are made without one.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
import transformers

from tests.loader.hf.parts import IDEFICS, LLAVA, QWEN2, Family, chatml, made, tokenizer


def llava_onevision() -> Family:
    tokens = tokenizer(["<|im_start|>", "<|im_end|>", "<image>", "<video>"], eos_token="<|im_end|>")
    size = {"height": 28, "width": 28}
    grids = [[28 * rows, 28 * columns] for rows in range(1, 4) for columns in range(1, 4)]
    processor = made(
        transformers.LlavaOnevisionProcessor,
        transformers.LlavaOnevisionImageProcessorPil(size=size, image_grid_pinpoints=grids),
        tokens,
        video="LlavaOnevisionVideoProcessor",
        num_image_tokens=16,
        vision_feature_select_strategy="full",
        vision_aspect_ratio="anyres_max_9",
        chat_template=LLAVA,
    )
    vision = transformers.SiglipVisionConfig(
        hidden_size=32, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        image_size=28, patch_size=7, vision_use_head=False,
    )  # fmt: skip
    config = transformers.LlavaOnevisionConfig(
        vision_config=vision,
        text_config=transformers.Qwen2Config(vocab_size=len(tokens), **QWEN2),
        image_token_index=processor.image_token_id,
        video_token_index=processor.video_token_id,
        vision_feature_layer=-1,
        image_grid_pinpoints=grids,
    )
    return Family(
        processor, transformers.LlavaOnevisionForConditionalGeneration(config), "<|im_end|>"
    )


QWEN_TOKENS = [
    "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>",
    "<|video_pad|>",
]  # fmt: skip
QWEN_IMAGE = "<|vision_start|><|image_pad|><|vision_end|>"


def qwen_parts(patch: int) -> tuple[Any, Any]:
    tokens = tokenizer(QWEN_TOKENS, eos_token="<|im_end|>")
    images = transformers.Qwen2VLImageProcessorPil(
        patch_size=patch, size={"shortest_edge": 4 * 16 * 16, "longest_edge": 16 * 32 * 32}
    )
    return images, tokens


def ids_of(tokens: Any) -> dict[str, int]:
    names = {
        "image_token_id": "<|image_pad|>",
        "video_token_id": "<|video_pad|>",
        "vision_start_token_id": "<|vision_start|>",
        "vision_end_token_id": "<|vision_end|>",
    }
    return {name: tokens.convert_tokens_to_ids(token) for name, token in names.items()}


def qwen25_vl() -> Family:
    images, tokens = qwen_parts(14)
    processor = made(
        transformers.Qwen2_5_VLProcessor,
        images,
        tokens,
        video="Qwen2VLVideoProcessor",
        chat_template=chatml(QWEN_IMAGE),
    )
    rope = {"rope_type": "default", "mrope_section": [2, 3, 3], "rope_theta": 1e6}
    config = transformers.Qwen2_5_VLConfig(
        text_config={**QWEN2, "vocab_size": len(tokens), "rope_parameters": rope},
        vision_config={
            "depth": 2, "hidden_size": 32, "intermediate_size": 32, "num_heads": 2,
            "out_hidden_size": 32, "fullatt_block_indexes": [1], "patch_size": 14,
        },
        **ids_of(tokens),
    )  # fmt: skip
    return Family(processor, transformers.Qwen2_5_VLForConditionalGeneration(config), "<|im_end|>")


def qwen3_vl() -> Family:
    images, tokens = qwen_parts(16)
    processor = made(
        transformers.Qwen3VLProcessor,
        images,
        tokens,
        video="Qwen3VLVideoProcessor",
        chat_template=chatml(QWEN_IMAGE),
    )
    rope = {"rope_type": "default", "mrope_section": [4, 2, 2], "rope_theta": 5e6}
    config = transformers.Qwen3VLConfig(
        text_config={
            **QWEN2, "vocab_size": len(tokens), "rope_parameters": rope, "head_dim": 16
        },
        vision_config={
            "depth": 2, "hidden_size": 32, "intermediate_size": 32, "num_heads": 2,
            "out_hidden_size": 32, "patch_size": 16, "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0],
        },
        **ids_of(tokens),
    )  # fmt: skip
    return Family(processor, transformers.Qwen3VLForConditionalGeneration(config), "<|im_end|>")


def internvl() -> Family:
    names = {
        "start_image_token": "<img>",
        "end_image_token": "</img>",
        "context_image_token": "<IMG_CONTEXT>",
        "video_token": "<video>",
    }
    tokens = tokenizer(
        ["<|im_start|>", "<|im_end|>", *names.values()], eos_token="<|im_end|>", **names
    )
    processor = made(
        transformers.InternVLProcessor,
        transformers.GotOcr2ImageProcessorPil(
            size={"height": 28, "width": 28}, crop_to_patches=True, max_patches=6
        ),
        tokens,
        video="InternVLVideoProcessor",
        image_seq_length=4,
        chat_template=chatml("<IMG_CONTEXT>\n"),
    )
    config = transformers.InternVLConfig(
        vision_config={
            "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "image_size": [28, 28], "patch_size": [7, 7],
        },
        text_config={"model_type": "qwen2", **QWEN2, "vocab_size": len(tokens)},
        image_token_id=processor.image_token_id,
        image_seq_length=4,
    )  # fmt: skip
    return Family(processor, transformers.InternVLForConditionalGeneration(config), "<|im_end|>")


def idefics3(name: str = "Idefics3") -> Family:
    places = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    tokens = tokenizer(
        [
            *("<|im_start|>", "<image>", "<fake_token_around_image>", "<global-img>"),
            *(*places, "<end_of_utterance>"),
        ],
        eos_token="<end_of_utterance>",
    )
    processor = made(
        getattr(transformers, f"{name}Processor"),
        getattr(transformers, f"{name}ImageProcessorPil")(
            size={"longest_edge": 56}, max_image_size={"longest_edge": 28}
        ),
        tokens,
        image_seq_len=4,
        video="SmolVLMVideoProcessor" if name == "SmolVLM" else None,
        chat_template=IDEFICS,
    )
    config = getattr(transformers, f"{name}Config")(
        vision_config={
            "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "image_size": 28, "patch_size": 7,
        },
        text_config={
            "model_type": "llama", **QWEN2, "vocab_size": len(tokens), "pad_token_id": 0,
        },
        image_token_id=processor.image_token_id,
        scale_factor=2,
        pad_token_id=0,
    )  # fmt: skip
    model = getattr(transformers, f"{name}ForConditionalGeneration")(config)
    return Family(processor, model, "<end_of_utterance>")


def paligemma() -> Family:
    tokens = tokenizer(
        ["<bos>", "<eos>", "<image>"], bos_token="<bos>", eos_token="<eos>", image_token="<image>"
    )
    images = transformers.SiglipImageProcessorPil(size={"height": 28, "width": 28})
    images.image_seq_length = 16
    processor = transformers.PaliGemmaProcessor(images, tokens)
    config = transformers.PaliGemmaConfig(
        vision_config={
            "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 1,
            "num_attention_heads": 2, "image_size": 28, "patch_size": 7,
            "vision_use_head": False, "model_type": "siglip_vision_model",
        },
        text_config={
            **QWEN2, "model_type": "gemma", "vocab_size": len(tokens), "head_dim": 16,
            "pad_token_id": 0,
        },
        image_token_index=tokens.convert_tokens_to_ids("<image>"),
        projection_dim=32,
    )  # fmt: skip
    return Family(processor, transformers.PaliGemmaForConditionalGeneration(config), "<eos>")


def florence2() -> Family:
    tokens = tokenizer(
        ["<s>", "</s>", "<image>"], bos_token="<s>", eos_token="</s>", image_token="<image>"
    )
    images = transformers.CLIPImageProcessorPil(
        size={"height": 64, "width": 64}, do_center_crop=False
    )
    images.image_seq_length = 5
    processor = transformers.Florence2Processor(images, tokens)
    config = transformers.Florence2Config(
        text_config={
            "model_type": "bart", "vocab_size": len(tokens), "d_model": 32, "encoder_layers": 1,
            "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
            "encoder_ffn_dim": 32, "decoder_ffn_dim": 32, "max_position_embeddings": 2048,
            "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
            "decoder_start_token_id": 2, "forced_eos_token_id": 2,
        },
        vision_config={
            "embed_dim": [8, 8, 16, 32], "num_heads": [1, 1, 2, 2], "num_groups": [1, 1, 2, 2],
            "depths": [1, 1, 1, 1], "projection_dim": 32, "window_size": 2,
        },
        image_token_id=tokens.convert_tokens_to_ids("<image>"),
    )  # fmt: skip
    return Family(processor, transformers.Florence2ForConditionalGeneration(config), "</s>")


CHAT: dict[str, Callable[[], Family]] = {
    "llava-onevision": llava_onevision,
    "qwen2.5-vl": qwen25_vl,
    "qwen3-vl": qwen3_vl,
    "internvl": internvl,
    "idefics3": idefics3,
    "smolvlm": lambda: idefics3("SmolVLM"),
}
"""Those that chat."""
FAMILIES = CHAT | {"paligemma": paligemma, "florence-2": florence2}


@lru_cache
def family(name: str) -> Family:
    """One of `FAMILIES`, made once."""
    torch.manual_seed(0)
    return FAMILIES[name]()
