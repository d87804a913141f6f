"""Files of labels beside images: what each form of them looks like, and its rows in one vocabulary.

To read another form, write `NAME.py` with its `FORM` and name it in `registry.py`.
"""
