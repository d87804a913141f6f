"""How rows travel through Beam: their coder, the steps that need one, tables, and the ledger.

Importing anything of this room registers the coder.
"""

from gyogwa.transforms.flow import coders as coders
