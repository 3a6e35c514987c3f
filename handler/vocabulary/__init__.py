"""The console's lists, as data: one file a list, with the words people read, help for each, and where it comes from."""

from handler.vocabulary.load import Term, UnknownTerm, Vocabulary, named, vocabulary

__all__ = ["Term", "UnknownTerm", "Vocabulary", "named", "vocabulary"]
