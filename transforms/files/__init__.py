"""Where bytes lie: storage, tars, decoding of images, tables as Parquet, progress, clean text."""
