"""The kinds of problems that lint knows, and one problem."""

from dataclasses import dataclass
from typing import Literal

Rule = Literal[
    # curriculum.json and the manifests below it
    "manifest_unreadable",
    "stage_list",
    "stage_entry",
    "stage_settings",
    "stage_fingerprint",
    "run_fingerprint",
    "empty_stage",
    "validation_missing",
    "shard_listed_twice",
    # files
    "leftover_file",
    "unlisted_file",
    "run_files",
    "description",
    # the tables of the run
    "tables_changed",
    "table_unreadable",
    "table_missing",
    "ledger",
    "ledger_samples",
    "reject_without_reason",
    "verdict",
    "plan_unreadable",
    "plan",
    "benchmarks",
    # a stage's numbers, against its index
    "index_unreadable",
    "index_hash",
    "index_shards",
    "index_order",
    "index_rows",
    "draws",
    "tokens",
    "questions",
    "tokens_unchecked",
    "stage_bytes",
    "mixture",
    "sources",
    "max_samples",
    "token_budget",
    # a row of an index
    "key_twice",
    "task_not_asked",
    "too_many_questions",
    "repeats",
    "sample_too_long",
    "row_without_sample",
    "replay_unknown",
    "replay_shard",
    "replay_row",
    "replay_count",
    # a shard
    "shard_unreadable",
    "shard_name",
    "shard_hash",
    "shard_size",
    "shard_samples",
    "tar_broken",
    "tar_header",
    "key_order",
    # a sample
    "member_name",
    "sample_without_row",
    "sample_place",
    "sample_json",
    "json_form",
    "members",
    "series",
    "row_differs",
    "key",
    "provenance",
    "question_names",
    "question_turns",
    "engine",
    "licence_missing",
    "not_nfc",
    "turns",
    "image_count",
    "image_marks",
    "answers",
    "chosen_is_rejected",
    "conversation",
    # its images
    "image_unknown",
    "document_unknown",
    "image_dropped",
    "benchmark_shown",
    "image_bytes",
    "image_broken",
    "image_form",
    "image_size",
    "image_changes",
    "image_looks",
    "mask_missing",
    # what stands on them
    "annotation_count",
    "annotation",
    "box",
    "word",
    "line_range",
    "block_range",
    # what is answered
    "target_markup",
    "target_text",
    "structure",
    # training and validation
    "document_in_both_splits",
    "image_in_both_splits",
    "versions_in_both_splits",
]


@dataclass(frozen=True)
class Problem:
    """Something wrong: of what kind, where (a file and, if in one, the sample) and what."""

    rule: Rule
    where: str
    what: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {' '.join(self.what.split())} ({self.rule})"
