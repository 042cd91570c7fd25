"""How long the printed programme of a real, big event takes, and how much memory.

python -m tests.bench.bench_programme [schedule file] [A4|A5] [output.pdf]
"""

import resource
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import cast

from pikepdf import Pdf

from plumbing.sentences import Sentence
from schedule.interchange import read_schedule
from schedule.programme import Paper, build_programme
from tests.schedule.imports import document_from_import

FOSDEM = Path(__file__).parents[2].parent / "shared" / "data" / "schedules" / "fosdem2024.xml"


def main(source: str = str(FOSDEM), paper: str = "A5", target: str = "") -> None:
    if not Path(source).exists():
        sys.exit(f"There is no schedule at {source}; name one as the first argument.")
    document = document_from_import(read_schedule(Path(source).read_bytes(), Path(source).name))
    before_mib = _peak_mib()
    started = time.process_time()
    steps: list[tuple[float, str]] = []

    def note(percent: int, words: Sentence) -> None:
        if not steps or steps[-1][1] != str(words):
            steps.append((time.process_time() - started, str(words)))
            print(f"{steps[-1][0]:7.1f} s  {_peak_mib():5.0f} MiB  {percent:3} %  {words}")

    data = build_programme(document, paper=cast(Paper, paper), on_progress=note)
    seconds = time.process_time() - started
    if target:
        Path(target).write_bytes(data)
    with Pdf.open(BytesIO(data)) as pdf:
        page_count = len(pdf.pages)
    talk_count = len(document.talks)
    print(f"{talk_count} talks, {len(document.rooms)} rooms, {page_count} pages of {paper}, {len(data) / 1e6:.1f} MB")
    print(
        f"{seconds:.1f} s: {1000 * seconds / talk_count:.0f} ms per talk, {1000 * seconds / page_count:.0f} ms per page"
    )
    print(f"peak memory {_peak_mib():.0f} MiB, of which {before_mib:.0f} MiB before the first page")


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
