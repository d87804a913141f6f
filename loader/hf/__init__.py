"""From a `Batch` to the inputs of a Hugging Face model, by the model's own processor.

    add_markup(processor.tokenizer, model)
    loader = StageLoader("OUT/stages/2-basic-sft", batch_size=8)
    for batch in DataLoader(loader, None, collate_fn=ChatCollator(processor), num_workers=8):
        loss = model(**batch).loss

Images go to the processor as the tensors that they are decoded to, and its work is done wherever
the collator is called: in a DataLoader's workers as above.

One idea a file: `conversation` (turns to the chat template's text, and where the answers stand in
it), `row` (tokens of a sample, their labels, and where they may be cut), `inputs` (what a processor
makes of several, padded), `markup` (tokens that a tokenizer should know), and a collator each for
models that chat (`chat`), that are shown pairs (`preference`), that read a prefix (`prefix`), and
that are encoder and decoder (`seq2seq`).

`model_inputs` runs a collator in workers and keeps the loader's state exact. Nothing here imports
`transformers`, which comes with the processor that is given, but `callback`, for its Trainer.
"""

from gyogwa.loader.hf.chat import ChatCollator
from gyogwa.loader.hf.markup import add_markup, markup_tokens
from gyogwa.loader.hf.model_inputs import ModelInputs
from gyogwa.loader.hf.preference import PreferenceCollator, dpo_loss
from gyogwa.loader.hf.prefix import PrefixCollator
from gyogwa.loader.hf.seq2seq import Seq2SeqCollator

__all__ = [
    "ChatCollator",
    "ModelInputs",
    "PreferenceCollator",
    "PrefixCollator",
    "Seq2SeqCollator",
    "add_markup",
    "dpo_loss",
    "markup_tokens",
]
