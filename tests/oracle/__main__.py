"""`python -m oracle`, in tests/: print the agreement with citeproc-js, and bring differences.md up to date."""

from oracle import comparison, report

scores = comparison.scores()
preface, causes = report.read(report.FILE.read_text(encoding="utf-8"))
found = [difference for score in scores for difference in score.differences]
report.FILE.write_text(report.write(preface, report.sorted_in(causes, found)), encoding="utf-8")
print(comparison.table(scores))
