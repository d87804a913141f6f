"""Checks of models' answers about pages whose text, boxes and tables are known."""
