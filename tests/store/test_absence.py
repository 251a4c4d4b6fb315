"""Only a file that is surely not there is an empty state."""

from reconciler.store.absence import is_absent


def test_a_file_is_absent_with_its_folders_or_without(tmp_path):
    assert is_absent(f"sqlite:///{tmp_path / 'state.db'}")
    assert is_absent(f"sqlite:///{tmp_path / 'no' / 'folder' / 'state.db'}")


def test_whatever_lies_there_is_not_absent(tmp_path):
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "empty").touch()

    assert not is_absent(f"sqlite:///{tmp_path}")
    assert not is_absent(f"sqlite:///{tmp_path / 'dangling'}")
    assert not is_absent(f"sqlite:///{tmp_path / 'empty'}")


def test_where_nobody_can_look_nothing_is_said_to_be_absent(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")

    assert not is_absent(f"sqlite:///{tmp_path / 'file' / 'state.db'}")
    assert not is_absent(f"sqlite:///{tmp_path / 'loop' / 'state.db'}")
    assert not is_absent(f"sqlite:///{tmp_path}/nul\0.db")


def test_what_is_no_file_is_never_absent():
    assert not is_absent("postgresql://host/db")
    assert not is_absent("sqlite:///")
    assert not is_absent("sqlite:///:memory:")
