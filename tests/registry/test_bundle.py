from registry.bundle import Bundle, pack, unpack

BUNDLE = Bundle("spec.yaml", b"openapi: 3.0.3\n", {"b.yaml": b"b", "a/c.yaml": b"c"})


def test_a_bundle_comes_back_as_it_went() -> None:
    assert unpack(pack(BUNDLE)) == BUNDLE


def test_equal_files_make_equal_archives_in_whatever_order_they_came() -> None:
    other = Bundle("spec.yaml", b"openapi: 3.0.3\n", {"a/c.yaml": b"c", "b.yaml": b"b"})
    assert pack(other) == pack(BUNDLE)


def test_text_that_repeats_is_stored_small() -> None:
    assert len(pack(Bundle("x.json", b"[" + b"1," * 100_000 + b"1]", {}))) < 2_000
