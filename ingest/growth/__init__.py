"""What a longer version of a file becomes whose shorter one is there already.

whole.py         how far a file that is still written to is taken in
prefix.py        whether the bytes at rest begin the new ones
parsed.py        what was parsed of a text, so that only new lines are
row_hash.py      by what rows are known to be the same
continuation.py  which points stay in their files, and from which row on others are written
"""
