"""English words that a full stop shortens, and after which a sentence may go on."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Words whose full stop ends no sentence: something must follow them.
OPEN = _words(
    "mr mrs ms dr prof st mt rev hon gen col lt capt sgt gov sen rep pres messrs mme fr "
    "viz approx ca e.g i.e al op cit eds cf vs"
)
# Those that only a number, or a letter that counts, makes abbreviations of.
COUNTING = _words(
    "fig figs no nos vol vols p pp ch sec art eq ed jan feb mar apr jun jul aug sep sept oct nov "
    "dec"
)
# Words whose full stop may end a sentence too.
CLOSED = _words("etc inc ltd co corp jr sr bros dept est univ ave blvd rd ph.d")

# What a sentence often begins with, where either could be.
STARTERS = _words(
    "a an and as at but by for from he her his however i if in it its most no on one our she so "
    "some such that the their then there these they this those to we what when where while who "
    "you"
)


def leaves_open(line: str) -> bool:
    """Whether a line ends with an abbreviation after which its sentence must go on."""
    return line.endswith(".") and line[:-1].rpartition(" ")[2].lstrip("(\"'“‘[").lower() in OPEN
