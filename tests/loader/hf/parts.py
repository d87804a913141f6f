"""What families are made of: a tokenizer that is trained on the spot, chat templates, processors.

The tokenizer is a byte-level BPE with each family's special tokens. Chat templates are those that
the families' checkpoints carry, cut to what images and texts need.
"""

from types import SimpleNamespace
from typing import Any, NamedTuple

import transformers
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

CORPUS = ["<char>백범로</char><bbox>0.1, 0.2, 0.3, 0.4</bbox>\n 답 문서 Seoul text ocr 예 no"] * 4

LLAVA = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + ' ' }}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'image') %}"
    "{{ '<image>' }}{% endfor %}"
    "{% for content in message['content'] | selectattr('type', 'equalto', 'text') %}"
    "{{ '\n' + content['text'] }}{% endfor %}{{ '<|im_end|>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def chatml(image: str, end: str = "\n") -> str:
    return (
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
        "{% for content in message['content'] %}{% if content['type'] == 'image' %}"
        f"{{{{ '{image}' }}}}"
        "{% else %}{{ content['text'] }}{% endif %}{% endfor %}"
        "{{ '<|im_end|>" + end + "' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
    )


IDEFICS = (
    "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
    "{% if message['content'][0]['type'] == 'image' %}{{ ':' }}{% else %}{{ ': ' }}{% endif %}"
    "{% for line in message['content'] %}{% if line['type'] == 'text' %}{{ line['text'] }}"
    "{% elif line['type'] == 'image' %}{{ '<image>' }}{% endif %}{% endfor %}"
    "<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}{{ 'Assistant:' }}{% endif %}"
)


class Family(NamedTuple):
    """A processor, a model, and the token that ends an answer."""

    processor: Any
    model: Any
    end: str


def tokenizer(special: list[str], **named: str) -> PreTrainedTokenizerFast:
    """A byte-level BPE with these special tokens; `named` are attributes such as `image_token`."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        special_tokens=["<pad>", *special],
        show_progress=False,
    )
    backend.train_from_iterator(CORPUS, trainer)
    extra = {name: value for name, value in named.items() if name not in ("bos_token", "eos_token")}
    basic = {name: value for name, value in named.items() if name not in extra}
    return PreTrainedTokenizerFast(
        tokenizer_object=backend, pad_token="<pad>", extra_special_tokens=extra, **basic
    )


QWEN2 = {
    "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 4096,
    "bos_token_id": None, "eos_token_id": None,
}  # fmt: skip


def made(kind: Any, *parts: Any, video: str | None = None, **settings: Any) -> Any:
    """A processor of a class; `video` names the class of its video processor, if it has one."""
    if video is None:
        return kind(*parts, **settings)
    if transformers.utils.is_torchvision_available():
        return kind(*parts, getattr(transformers, video)(), **settings)

    class WithoutVideo(kind):  # type: ignore[misc]
        def check_argument_for_proper_class(self, name: str, argument: Any) -> Any:
            if name != "video_processor":
                super().check_argument_for_proper_class(name, argument)

    settings_only = SimpleNamespace(num_frames=8, fps=1, video_sampling={"fps": 1}, size={})
    return WithoutVideo(*parts, settings_only if "Smol" in video else None, **settings)
