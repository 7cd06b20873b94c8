"""What a question from the command line loads, which is most of what it costs."""

import json
import os
import subprocess
import sys
from pathlib import Path

HEAVY = {"torch", "gradio", "sentence_transformers", "transformers", "jieba", "pandas", "sklearn"}

# The command as its console script calls it, then what it has loaded, on the last line.
ASK = """
import json, sys
from qa.cli import main
sys.argv = ["wenju", "ask", "年假有几天", "--json"]
try:
    main()
except SystemExit as stop:
    assert not stop.code, stop.code
print(json.dumps(sorted(sys.modules)))
"""


def test_asking_loads_no_heavy_library(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK], cwd=tmp_path, env=os.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert loaded & HEAVY == set()
    assert {"qa", "corpus", "embeddings"} <= loaded
