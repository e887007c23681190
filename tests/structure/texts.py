"""What the addon says to people, read from its source: sentences, buttons, fields, pages."""

import ast
import re
from xml.etree import ElementTree

from tests.structure.source import ADDON

TRANSLATED = ("_", "_lt")
# What stands in a text for a name or a number.
_WORD = re.compile(r"%(?:\(\w+\))?[sd]")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!]) (?=[A-Z…\"])")


def plain(text):
    """Return a text in one line, with … for each name and number in it."""
    return " ".join(_WORD.sub("…", text).split())


def first_sentence(text):
    """Return by what readers know a message."""
    return _END_OF_SENTENCE.split(plain(text))[0]


def is_sentence(text):
    """Return whether a text says something, and is no label. A reason may be its end."""
    return plain(text).endswith((".", "?", "!", ": …"))


def texts_of(node):
    """Yield the translatable texts in a piece of Python."""
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
            if ast.unparse(call.func).rpartition(".")[2] in TRANSLATED:
                yield call.args[0].value


def python_texts():
    """Return ``{file: its translatable texts}``."""
    found = {}
    for path in sorted(ADDON.rglob("*.py")):
        if texts := list(texts_of(ast.parse(path.read_text()))):
            found[path.relative_to(ADDON).as_posix()] = texts
    return found


def strings_of_fields(file):
    """Return ``{field: the label that it is given}`` of a file's fields."""
    found = {}
    for node in ast.walk(ast.parse((ADDON / file).read_text())):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            if ast.unparse(node.value.func).startswith("fields."):
                found[node.targets[0].id] = _string_of(node.value)
    return found


def _string_of(call):
    named = [word.value.value for word in call.keywords if word.arg == "string"]
    at = 1 if ast.unparse(call.func).endswith(("Selection", "One", "Many")) else 0
    positional = [argument.value for argument in call.args[at:] if _is_text(argument)]
    return next(iter(named + positional), None)


def _is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def selection(file, field):
    """Return the labels of a selection field's values."""
    for node in ast.walk(ast.parse((ADDON / file).read_text())):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == field:
            return [label for _value, label in ast.literal_eval(node.value.args[0])]
    raise LookupError(field)


def elements(tag, files="**/*.xml"):
    """Yield all elements with a tag of the addon's views, or of some files."""
    for path in sorted(ADDON.glob(files)):
        yield from ElementTree.parse(path).iter(tag)


def words_of(element):
    """Return what an element shows, with … for what is filled in, as `plain` does."""
    parts = [element.text or ""]
    for child in element:
        parts += [_shown(child), child.tail or ""]
    return plain("".join(parts))


def _shown(child):
    is_filled_in = child.tag == "field" and child.get("invisible") != "1" or "t-out" in child.attrib
    return "…" if is_filled_in else "" if child.tag in ("div", "button") else words_of(child)


def alerts():
    """Yield what bands above forms, and in the settings, say."""
    for element in elements("div"):
        if "alert" in element.get("class", "").split():
            # Some say one thing or another.
            choices = [child for tag in ("span", "div") for child in element.findall(tag)]
            yield from filter(None, map(words_of, choices or [element]))
            if choices and (element.text or "").strip():
                yield words_of(element)
