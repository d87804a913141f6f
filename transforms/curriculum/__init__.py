"""Who goes where: filters, selection, mixture, groups, staging, conversations."""
