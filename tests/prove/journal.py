"""What has been measured, on disk as soon as it is: a proof that was interrupted goes on where it stopped.

One line of JSON for each finished piece of work, by key. A piece is a whole round of a workload, both sides: half a
pair is measured again, because a pair is only worth something when its halves follow each other. The first line
says what the measurements are of (programs, proof, data); when that has changed, the file is begun anew.
"""
import json
import os
import time


class Journal:
    def __init__(self, path, of, fresh=False):
        self.path, self.entries, self.age_s = path, {}, 0
        path.parent.mkdir(parents=True, exist_ok=True)
        if fresh or not self._read(of):
            self.entries = {}
            path.write_text(json.dumps({"of": of, "began": time.time()}) + "\n")

    def _read(self, of):
        try:
            lines = self.path.read_text().splitlines()
            first = json.loads(lines[0])
        except (OSError, ValueError, IndexError):
            return False
        if first.get("of") != of:
            return False
        self.age_s = time.time() - first["began"]
        for line in lines[1:]:
            try:
                entry = json.loads(line)
            except ValueError:
                break  # the last line may have been cut short
            self.entries[entry["key"]] = entry["value"]
        text = "\n".join([lines[0], *(json.dumps({"key": key, "value": value}) for key, value in self.entries.items())]) + "\n"
        self.path.write_text(text)
        return True

    def get(self, *key):
        """The value of a piece of work, or None when it is still to be done."""
        return self.entries.get("/".join(map(str, key)))

    def put(self, *key, value):
        name = "/".join(map(str, key))
        self.entries[name] = value
        with self.path.open("a") as file:
            file.write(json.dumps({"key": name, "value": value}) + "\n")
            file.flush()
            os.fsync(file.fileno())
        return value

    def remove(self):
        """The proof is complete: the next one measures anew."""
        self.path.unlink(missing_ok=True)
