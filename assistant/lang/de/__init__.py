"""German."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # what assistant/lang/interface.py says that a language has
    from assistant.lang import interface as lang
    from assistant.lang.de import (
        g2p,
        lexicon,
        numbers,
        phrases,
        replies,
        spoken,
        times,
        values,
        wording,
    )

    _LEXICON: lang.Lexicon = lexicon
    _WORDING: lang.Wording = wording
    _SENTENCES: lang.Sentences = replies
    _NUMBERS: lang.Numbers = numbers
    _TIMES: lang.Times = times
    _PHRASES: lang.ValuePhrases = phrases
    _VALUES: lang.Values = values
    _VOICE: lang.Voice = spoken
    _PHONEMES: lang.Phonemes = g2p
