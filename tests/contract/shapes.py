"""Compare JSON with the library's models more strictly than the library itself does.

Its models pass over fields they don't know and take any word for an enumeration's. A stand-in that
invents a field or a word would lead its users astray, so both are found here.
"""

import enum
import types
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
        if _enumerations(field.annotation) and type(value) is not str and value is None:
            continue
        if _enumerations(field.annotation) and isinstance(value, str):
            found += [] if isinstance(value, enum.Enum) else [f"{path}.{name}={value}"]
        found += unknown_words(value, f"{path}.{name}")
    return found


def _enumerations(annotation):
    """The enumerations among the types a field may have, if it may be nothing else but null."""
    annotation = getattr(annotation, "__value__", annotation)
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return [annotation]
    if typing.get_origin(annotation) in (typing.Union, types.UnionType, typing.Annotated):
        return [e for arg in typing.get_args(annotation) for e in _enumerations(arg)]
    return []
