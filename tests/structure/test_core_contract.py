"""The contract with core: the table is complete, core is as it says, and what moves is seen."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.structure import contract
from tests.structure.contract import (
    imported,
    main,
    moved,
    names_used,
    overridden,
    xml_ids,
)
from tests.structure.core_contract import OVERRIDDEN, USED, XML_IDS
from tests.structure.core_source import Core
from tests.structure.source import Source

ODOO = Path(os.environ["ODOO_PYTHONPATH"])
MOLLIE_CONTROLLER = "odoo.addons.payment_mollie.controllers.main.MollieController"
ADDON_WITH_MIXINS = {
    "core.py": "class Base:\n    def _process(self, *args):\n        pass\n",
    "sync.py": "from .core import Base\n\n\nclass Sync(Base):\n    def write(self, vals):\n"
    "        pass\n\n    def _mollie_sync(self):\n        pass\n",
    "transaction.py": "from .sync import Sync\n\n\nclass Transaction(Sync, models.Model):\n"
    '    _inherit = "payment.transaction"\n',
    "controller.py": "from odoo.addons.payment_mollie.controllers.main import MollieController\n"
    "\n\nclass Ours(MollieController):\n    def mollie_webhook(self):\n        pass\n",
}
COPIED = ("payment", "payment_mollie")
# What Odoo 20 changed, so far as it stands in the source: the file (and its new name), what is
# there, what comes instead.
CHANGES = (
    (
        "payment/controllers/post_processing.py -> payment/controllers/payment_status.py",
        "class PaymentPostProcessing",
        "class PaymentStatus",
    ),
    ("payment/models/payment_provider.py", "    state = fields.", "    is_live = fields."),
    (
        "payment/models/payment_transaction.py",
        "def _process(self, provider_code, payment_data)",
        "def _process(self, payment_data)",
    ),
    ("payment/models/payment_transaction.py", "payment_backend_action", "payment_safe_write"),
    ("payment/models/payment_method.py", "def _get_from_code(", "def _get_pm_from_code("),
    ("payment/data/payment_method_data.xml", '"payment_method_unknown"', '"method_unknown"'),
    ("payment_mollie/const.py", "PAYMENT_METHODS_MAPPING", "PAYMENT_METHODS_CODES"),
)
SEEN = [
    "changed: payment.transaction._process (self, provider_code, payment_data)"
    " is now (self, payment_data)",
    "gone: odoo.addons.payment.controllers.post_processing",
    "gone: odoo.addons.payment.controllers.post_processing.PaymentPostProcessing;"
    " now odoo.addons.payment.controllers.payment_status.PaymentStatus?",
    "gone: odoo.addons.payment_mollie.const.PAYMENT_METHODS_MAPPING value;"
    " renamed to PAYMENT_METHODS_CODES?",
    "gone: payment.method._get_from_code (self, code, mapping=None); renamed to _get_pm_from_code?",
    "gone: payment.provider.state Selection(disabled, enabled, test)",
    "gone: the record payment.payment_method_unknown",
    "new: payment_safe_write in odoo.addons.payment.models.payment_transaction:"
    " writing a transaction wants this context key",
]


@pytest.fixture(scope="module")
def core():
    return Core(ODOO)


@pytest.fixture(scope="module")
def source():
    return Source()


def rows(table):
    """Return the rows of a table as one would type them, with their places."""
    return {
        f'{place}: "{name}": "{text}",'
        for place, names in table.items()
        for name, text in names.items()
    }


def assert_none(found, what):
    """Fail with all that was found, however much it is."""
    assert not found, "\n".join([f"{what}:", *sorted(found)])


def test_every_override_of_a_method_of_cores_is_in_the_table(source, core):
    found, table = rows(overridden(source, core)), rows(OVERRIDDEN)
    assert_none(found - table, "missing in OVERRIDDEN")
    assert_none(table - found, "in OVERRIDDEN, but not overridden")


def test_every_import_from_odoo_is_in_the_table(source, core):
    assert_none(rows(imported(source, core)) - rows(USED), "missing in USED")


def test_every_name_of_cores_models_that_the_addon_uses_is_in_the_table(source, core):
    listed = {name for names in USED.values() for name in names}
    found = {
        f'{place}: "{name}": "{text}",'
        for name, places in names_used(source, core).items()
        if name not in listed
        for place, text in places.items()
    }
    assert_none(found, "missing in USED, in one of the places")


def test_nothing_is_in_the_table_that_the_addon_does_not_use(source):
    words = {
        word
        for path in source.folder.rglob("*.py")
        for word in re.findall(r"\w+", path.read_text())
    }
    assert_none({name for names in USED.values() for name in names} - words, "not used")


def test_every_record_of_cores_that_the_addon_names_is_in_the_table(source, core):
    assert xml_ids(source, core) == set(XML_IDS)


def test_core_is_as_the_table_says(capsys):
    assert main(ODOO) == 0, capsys.readouterr().out


def test_what_odoo_20_changed_is_seen(tmp_path):
    """Attacks I8: a tree made from the real one, with the changes of Odoo 20 that stand in the
    source.
    """
    make_changed_tree(tmp_path)
    lines = list(moved(Core(tmp_path)))
    # Without the places in the addon, which another test looks at.
    assert sorted(line.partition(" [")[0] for line in lines) == SEEN


def test_what_moved_is_told_with_where_the_addon_relies_on_it(tmp_path, core, monkeypatch):
    """Also for what is asked of a record whose model only its name tells: other records' `state`
    is another matter.
    """
    (tmp_path / "pay.py").write_text("def is_test(provider, tx):\n    return provider.state\n")
    monkeypatch.setattr(contract, "TABLES", {"used": {"payment.provider": {"state": "Char"}}})
    (line,) = moved(core, tmp_path)
    assert line.endswith("is now Selection(disabled, enabled, test) [used in pay.py:2]")


def test_an_override_is_found_in_a_plain_mixin_and_below_a_controller(tmp_path, core):
    for name, text in ADDON_WITH_MIXINS.items():
        (tmp_path / name).write_text(text)
    assert overridden(Source(tmp_path), core) == {
        "payment.transaction": {
            name: OVERRIDDEN["payment.transaction"][name] for name in ("_process", "write")
        },
        MOLLIE_CONTROLLER: {"mollie_webhook": "(self, **data)"},
    }


def make_changed_tree(folder):
    """Make a folder with links to the real Odoo, and with copies of the addons that change."""
    addons = folder / "odoo/addons"
    addons.mkdir(parents=True)
    for path in (ODOO / "odoo").iterdir():
        if path.name != "addons":
            (folder / "odoo" / path.name).symlink_to(path)
    core = Core(ODOO)
    for name in core.modules:
        if name not in COPIED:
            (addons / name).symlink_to(core.addon(name))
    for name in COPIED:
        ignored = shutil.ignore_patterns("static", "i18n", "tests", "__pycache__")
        shutil.copytree(core.addon(name), addons / name, ignore=ignored)
    for files, old, new in CHANGES:
        change([addons / file for file in files.split(" -> ")], old, new)


def change(paths, old, new):
    """Replace a text in a file, which must be there, and give the file its new name."""
    text = paths[0].read_text()
    assert old in text, f"{old} is not in {paths[0].name}"
    paths[0].unlink()
    paths[-1].write_text(text.replace(old, new))
