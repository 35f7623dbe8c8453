"""telltale version: what this build is made of, for people and for programs."""
import unittest

from support import Run


class Version(unittest.TestCase):
    def test_json_has_what_the_text_has(self):
        text, about = Run("version"), Run("version", "--json").events[0]
        self.assertEqual((text.status, set(about)), (0, {"version", "libraries", "features", "packs", "data"}))
        shown = text.out.decode()
        for part in (about["version"], *about["libraries"].values(), *about["features"], *about["packs"]):
            self.assertIn(part, shown)
        self.assertEqual(about["data"], [], "no databases are searched here")


if __name__ == "__main__":
    unittest.main()
