"""Secrets: a digest tells values apart and gives none away; a mask keeps what a person needs."""

from reconciler.model.secret import digest, mask_email, mask_phone


def test_a_digest_depends_on_account_address_path_and_value():
    every = {
        digest("acme", "order/1", "custom_fields.a", "x"),
        digest("globex", "order/1", "custom_fields.a", "x"),
        digest("acme", "order/2", "custom_fields.a", "x"),
        digest("acme", "order/1", "custom_fields.b", "x"),
        digest("acme", "order/1", "custom_fields.a", "y"),
        digest("acme", "order/1", "custom_fields.a", 1),
        digest("acme", "order/1", "custom_fields.a", "1"),
        digest("acme", "order/1", "custom_fields.a", None),
    }
    assert len(every) == 8
    assert all(len(each) == 16 and int(each, 16) >= 0 for each in every)


def test_a_digest_is_the_same_on_every_machine():
    assert digest("acme", "order/1", "f", {"b": 1, "a": "ё"}) == digest(
        "acme", "order/1", "f", {"a": "ё", "b": 1}
    )
    assert digest("x" * 500, "order/1", "f", 1) != digest("x" * 501, "order/1", "f", 1)


def test_masks_keep_just_enough():
    assert mask_email("johndoe@example.com") == "j…@example.com"
    assert mask_email("nonsense") == "•••"
    assert mask_phone("+7 999 000-11-22") == "…22"
    assert mask_phone("112") == "•••"
