"""A library that Milvus keeps: many machines, one truth; see docs/scale.md.

Imported only when a library is named ``milvus://host:port/name``; needs the extra
``milvus``. A document is there as soon as a source points to it, and gone as soon as none
does: that one row is the commit, whatever else was written before or is swept after.
"""
