"""What another project of the account holds is named with its owner, and only that."""

from reconciler.model.address import custom_field, line_status, order, order_line
from reconciler.model.diagnostic import Origin
from reconciler.model.manifest import DefinitionManifest, LineManifest, Manifests, Mode
from reconciler.model.record import Record
from reconciler.stages.own import own

HERE = Origin("shop.yaml", 3, 5)
STATUS = line_status("packed")


def definition(mode: Mode) -> DefinitionManifest:
    return DefinitionManifest(address=STATUS, fields={}, origin=HERE, mode=mode)


def line(of: str, which: str) -> LineManifest:
    return LineManifest(order=of, line=which, status="new", origin=HERE)


FOREIGN = Record(foreign={STATUS: "stock", order_line("1", "a"): "stock", order("1"): "other"})


def test_nothing_is_said_where_nothing_is_foreign():
    wanted = Manifests(definitions={STATUS: definition(Mode.MANAGED)})
    assert own(wanted, Record()) == ()
    assert own(wanted, Record(foreign={custom_field("order", "packed"): "stock"})) == ()


def test_the_owner_and_the_place_are_named():
    (found,) = own(Manifests(definitions={STATUS: definition(Mode.MANAGED)}), FOREIGN)
    assert found.summary == "line_status/packed belongs to project stock of this account"
    assert found.origin == HERE


def test_what_is_declared_as_kept_elsewhere_may_be():
    assert own(Manifests(definitions={STATUS: definition(Mode.EXTERNAL)}), FOREIGN) == ()


def test_every_line_of_an_order_means_those_of_others_too():
    assert len(own(Manifests(lines={"1": {"*": line("1", "*")}}), FOREIGN)) == 1
    assert len(own(Manifests(lines={"1": {"a": line("1", "a")}}), FOREIGN)) == 1
    assert own(Manifests(lines={"2": {"*": line("2", "*")}, "1": {"b": line("1", "b")}}), FOREIGN) == ()
