"""The parts beneath Aspects: places of tokens, the chain against brute force, taxonomy, negation and contrast."""

from __future__ import annotations

import itertools
import tomllib
from importlib import resources

import numpy as np
import pytest

from shopwright.errors import UsageError
from shopwright.language.static import shipped
from shopwright.reviews import Aspects, chain
from shopwright.reviews.aspect_context import around
from shopwright.reviews.aspect_encoding import clauses, encoded, marked
from shopwright.reviews.aspect_terms import Tagger, spans
from shopwright.reviews.aspect_tokens import Tokens
from shopwright.reviews.feelings import Feelings
from shopwright.reviews.taxonomy import LANGUAGES, retail
from shopwright.reviews.turns import turns

NO_FEELINGS = Feelings(np.zeros(0, np.uint32), np.zeros(0, np.int8), 1.0)


def _words(text: str) -> list[str]:
    tokens = Tokens.read([text])
    return [text[a:b] for a, b in zip(tokens.start, tokens.end, strict=True)]


@pytest.mark.parametrize(
    "text, words",
    [
        ("The Café wasn't BAD.", ["The", "Café", "wasn't", "BAD", "."]),
        ("serv\u0301ice 😀 ok", ["serv\u0301ice", "😀", "ok"]),
        ("质量好！", ["质", "量", "好", "！"]),
        ("", []),
    ],
)
def test_tokens_stand_where_the_text_has_them(text, words):
    assert _words(text) == words


def test_a_word_is_the_same_in_any_case_with_and_without_accents():
    keys = Tokens.read(["preço PRECO Preço"]).key
    assert len(set(keys.tolist())) == 1


def test_sentences_and_clauses():
    tokens = Tokens.read(["Good, bad. It costs 3.50!", "Next"])
    sentence = tokens.sentence - tokens.sentence[0]
    assert len(set(sentence[:4].tolist())) == 1  # Good , bad .
    assert sentence[4] == 1  # It
    assert len(set(sentence[4:9].tolist())) == 1  # It costs 3 . 50
    assert tokens.clause[0] != tokens.clause[2]
    assert tokens.text[-1] == 1


def _paths(scores, steps):
    """Every path that may be, with its score."""
    for path in itertools.product(range(3), repeat=len(scores)):
        steps_of = list(itertools.pairwise(path))
        if path[0] != chain.INSIDE and (chain.OUTSIDE, chain.INSIDE) not in steps_of:
            score = sum(scores[at, label] for at, label in enumerate(path)) + sum(steps[a, b] for a, b in steps_of)
            yield path, float(score)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_the_chain_agrees_with_all_paths_counted(size):
    draw = np.random.default_rng(size)
    scores, steps = draw.normal(size=(size + 3, 3)).astype(np.float32), draw.normal(size=(3, 3)).astype(np.float32)
    sentence = np.array([0] * size + [1] * 3)
    labels = np.zeros(len(scores), np.int8)
    totals, chances = 0.0, np.zeros_like(scores)
    for rows in chain.laid_out(sentence):
        at, label = chain.best(scores, steps, rows)
        labels[at] = label
        sums, found, _ = chain.chances(scores, steps, rows)
        real = np.arange(rows.token.shape[1]) < rows.size[:, None]
        chances[rows.token[real]] = found[real]
        totals += float(sums.sum())
    expected = 0.0
    for part in (slice(0, size), slice(size, size + 3)):
        paths = list(_paths(scores[part], steps))
        assert tuple(labels[part]) == max(paths, key=lambda one: one[1])[0]
        weights = np.exp([score for _, score in paths])
        expected += float(np.log(weights.sum()))
        counted = np.zeros((part.stop - part.start, 3))
        for (path, _), weight in zip(paths, weights / weights.sum(), strict=True):
            counted[np.arange(len(path)), list(path)] += weight
        np.testing.assert_allclose(chances[part], counted, atol=1e-5)
    assert totals == pytest.approx(expected, abs=1e-4)


def test_a_long_sentence_is_cut_and_none_is_lost():
    rows = chain.laid_out(np.zeros(1000, np.int64))
    seen = np.concatenate([one.token[np.arange(one.token.shape[1]) < one.size[:, None]] for one in rows])
    assert sorted(seen.tolist()) == list(range(1000))


def test_a_tagger_learns_and_says_the_same_twice():
    texts = ["I like the blue lamp here", "the old lamp shade broke", "we saw a lamp", "nothing to see here"] * 10
    tokens = Tokens.read(texts)
    words = [texts[row][a:b] for row, a, b in zip(tokens.text, tokens.start, tokens.end, strict=True)]
    labels = np.array([chain.BEGIN if word == "lamp" else chain.OUTSIDE for word in words])
    labels[[at for at, word in enumerate(words) if word == "shade"]] = chain.INSIDE
    one, two = (Tagger.learn(tokens, NO_FEELINGS, labels, cost=10.0) for _ in range(2))
    np.testing.assert_array_equal(one.grams, two.grams)
    np.testing.assert_array_equal(one.vectors, two.vectors)
    new = Tokens.read(["a green lamp shade"])
    first, last = spans(one.tag(new, NO_FEELINGS))
    assert (first.tolist(), last.tolist()) == ([2], [3])


def test_the_taxonomy_has_words_of_its_own_in_every_language():
    told = tomllib.loads((resources.files("shopwright.reviews") / "assets" / "taxonomy.toml").read_text("utf-8"))
    assert {"quality", "size_and_fit", "as_pictured", "packaging", "delivery", "price", "service", "smell"} <= set(told)
    assert {"safety", "material", "comfort", "durability", "instructions", "battery"} <= set(told)
    for topic, by_language in told.items():
        assert tuple(by_language) == LANGUAGES, topic
        for language, lists in by_language.items():
            assert lists["terms"], (topic, language)
            assert lists["cues"], (topic, language)


def test_the_longest_phrase_is_taken_once():
    text = "battery life is fine, customer service too"
    tokens = Tokens.read([text])
    found = retail().find(tokens)
    said = [text[tokens.start[a] : tokens.end[b]] for a, b in zip(found.first, found.last, strict=True)]
    assert said == ["battery life", "customer service"]


def test_phrases_do_not_reach_over_the_end_of_a_text():
    tokens = Tokens.read(["the battery", "life", "too", "small"])
    found = retail().find(tokens)
    assert all(tokens.text[a] == tokens.text[b] for a, b in zip(found.first, found.last, strict=True))
    assert not turns(Tokens.read(["not", "good"])).is_turned.any()


def test_a_negation_reaches_ahead_inside_its_clause():
    tokens = Tokens.read(["not good , but nice"])
    found = turns(tokens)
    assert found.is_turned.tolist() == [False, True, True, False, False]  # a mark belongs to what it ends
    assert found.contrasts.tolist() == [False, False, False, True, False]
    assert found.clause[4] > found.clause[1]


def test_the_context_stays_in_the_sentence():
    tokens = Tokens.read(["Awful. The lamp is nice, it shines"])
    at = np.array([3])
    context = around(tokens, at, at, np.zeros(1, np.bool_), turns(tokens).clause)
    assert context.token.tolist() == list(range(2, 9))
    assert context.away.tolist() == [-1, 0, 1, 2, 3, 4, 5]
    assert context.clauses.tolist() == [0, 0, 0, 0, 0, 1, 1]


def test_an_encoder_sees_clause_and_marked_sentence():
    texts = ["The lamp is nice, it shines"]
    tokens, at = Tokens.read(texts), np.array([1])
    context = around(tokens, at, at, np.zeros(1, np.bool_), turns(tokens).clause)
    assert clauses(texts, tokens, context, at, at) == ["lamp: The lamp is nice,"]
    assert marked(texts, tokens, context, at, at) == ["lamp [SEP] The # lamp # is nice, it shines"]
    both = encoded(shipped(), texts, tokens, context, at, at, near=True)
    alone = encoded(shipped(), texts, tokens, context, at, at, near=False)
    np.testing.assert_array_equal(both[:, shipped().dimensions :], alone[:, shipped().dimensions :])
    assert not alone[:, : shipped().dimensions].any()


def test_an_encoder_can_take_part():
    sentences = ["The lamp is nice", "The lamp is ugly", "A lamp on a table"] * 6
    said = ["positive", "negative", "neutral"] * 6
    fitted = Aspects.fit(sentences, ["lamp"] * 18, said, encoder="static")
    assert fitted.polarity(sentences[:3], ["lamp"] * 3).to_list() == said[:3]
    assert fitted.head.vectors.shape == (2 * shipped().dimensions, 3)
    with pytest.raises(UsageError, match="REVIEWS-56"):
        Aspects.fit(sentences, ["lamp"] * 18, said, start=fitted, encoder="static")


def test_an_encoder_is_found_again(tmp_path):
    sentences, said = ["The lamp is nice", "The lamp is ugly"] * 9, ["positive", "negative"] * 9
    fitted = Aspects.fit(sentences, ["lamp"] * 18, said, encoder="static")
    again = Aspects.load(fitted.save(tmp_path / "mine"))
    assert again.encoder is not None
    np.testing.assert_allclose(
        again.chances(sentences[:2], ["lamp"] * 2), fitted.chances(sentences[:2], ["lamp"] * 2), atol=1e-6
    )


def test_the_weights_belong_to_the_encoder_that_ships():
    assert Aspects.load().facts["static"] == shipped().name


def test_the_assets_stay_small():
    folder = resources.files("shopwright.reviews") / "assets" / "aspects"
    assert sum(len(file.read_bytes()) for file in folder.iterdir()) <= 4_000_000
