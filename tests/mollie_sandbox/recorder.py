"""What was asked of the sandbox: a log for tests, and a file for the contract tests."""

import hashlib
import json
import re
import threading

from .clock import stamp

WRITES = frozenset({"POST", "PATCH"})


class Recorder:
    """Every request but those to the control interface and the checkout page."""

    def __init__(self, clock, path=None):
        self.clock, self.path, self.lock = clock, path, threading.Lock()
        self.reset()

    def reset(self):
        with self.lock:
            self.requests = []

    def add(self, request, status, **more):
        """
        :param request: Flask's request, its body already read.
        :param int status: What was answered, or 0 if nothing was.
        """
        body = _json(request.get_data())
        entry = {
            "at": stamp(self.clock.now()),
            "method": request.method,
            "path": request.path,
            "uri": request.environ.get("RAW_URI") or request.full_path,
            "query": request.args.to_dict(),
            "headers": _safe_headers(request.headers),
            "body": body,
            "status": status,
            **more,
        }
        with self.lock:
            self.requests.append(entry)
            if self.path and request.method in WRITES:
                line = {key: entry[key] for key in ("method", "path", "body", "status")}
                with open(self.path, "a", encoding="utf-8") as record:
                    record.write(json.dumps(line) + "\n")

    def find(self, path=None, method=None):
        with self.lock:
            return [
                entry
                for entry in self.requests
                if (not path or re.search(path, entry["path"]))
                and (not method or entry["method"] == method.upper())
            ]


def _json(data):
    try:
        return json.loads(data) if data else None
    except (ValueError, RecursionError):
        return None


def _safe_headers(headers):
    """The headers, with the key replaced by its kind and a hash: the log may be printed."""
    safe = {name: value for name, value in headers.items() if name != "Authorization"}
    if headers.get("Authorization"):
        safe["Authorization"] = _safe_key(headers["Authorization"])
    return safe


def _safe_key(header):
    scheme, _, key = header.partition(" ")
    kind = key.partition("_")[0] if "_" in key else ""
    return f"{scheme} {kind[:12]}_sha256:{hashlib.sha256(key.encode()).hexdigest()}"
