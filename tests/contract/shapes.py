"""Compare JSON with the library's models more strictly than the library itself does.

Its models pass over fields they don't know and take any word for an enumeration's. A stand-in that
invents a field or a word would lead its users astray, so both are found here.
"""

import enum
import typing

import pydantic

# `embed` is described in Mollie's reference, but the library's models leave its result out; so
# they do with the hint on a list of methods.
UNMODELLED = {"_embedded"}


def strays(model, data, path=""):
    """The paths in `data` that the model has no field for.

    :param pydantic.BaseModel model: What the library made of `data`.
    """
    if isinstance(model, list) and isinstance(data, list):
        pairs = enumerate(zip(model, data, strict=True))
        return [s for i, (item, raw) in pairs for s in strays(item, raw, f"{path}[{i}]")]
    if not isinstance(model, pydantic.BaseModel) or not isinstance(data, dict):
        return []
    fields = {field.alias or name: name for name, field in type(model).model_fields.items()}
    found = [f"{path}.{key}" for key in data.keys() - fields.keys() - UNMODELLED]
    for key in data.keys() & fields.keys():
        found += strays(getattr(model, fields[key]), data[key], f"{path}.{key}")
    return found


def unknown_words(model, path=""):
    """The paths where a field that is an enumeration holds a word outside it."""
    if isinstance(model, list):
        return [w for i, item in enumerate(model) for w in unknown_words(item, f"{path}[{i}]")]
    if not isinstance(model, pydantic.BaseModel):
        return []
    found = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        stray = isinstance(value, str) and not isinstance(value, enum.Enum)
        if stray and _enumerations(field.annotation):
            found.append(f"{path}.{name}={value}")
        found += unknown_words(value, f"{path}.{name}")
    return found


def _enumerations(annotation):
    """The enumerations among the words a field may hold: bare, optional or nullable."""
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [annotation]
    if typing.get_origin(annotation) in (list, dict):
        return []
    return [found for arg in typing.get_args(annotation) for found in _enumerations(arg)]
