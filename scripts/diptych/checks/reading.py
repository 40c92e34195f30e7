"""Rules that hold while references and prose are read; what they find is reported from there."""

from __future__ import annotations

from diptych.checks.rule import kept_elsewhere

FOLD = "- {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021}"

same_work = kept_elsewhere(
    "same-work",
    "warning",
    "No work is there under two keys.",
    why="It would be printed twice: the two have the same DOI or PMID, or title, year and first author.",
    passing=f"""
        # references.yaml
        {FOLD}
    """,
    failing=f"""
        # references.yaml
        {FOLD}
        {FOLD.replace("fold2021", "fold")}
    """,
)

repeated_reference = kept_elsewhere(
    "repeated-reference",
    "warning",
    "No reference is there twice.",
    why="It does no harm yet; once one of the two is changed, it does.",
    passing=f"""
        # references.yaml
        {FOLD}
    """,
    failing=f"""
        # references.yaml
        {FOLD}
        {FOLD}
    """,
)

missing_title = kept_elsewhere(
    "missing-title",
    "warning",
    "Each reference has a title.",
    why="Readers look for it.",
    passing=f"""
        # references.yaml
        {FOLD}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, author: [{family: Fold}], publisher: Step, issued: 2021}
    """,
)

bad_identifier = kept_elsewhere(
    "bad-identifier",
    "warning",
    "DOI, PMID, PMCID, CAS id, URL, ISSN and ISBN have their form.",
    why="A wrong one leads nowhere; all but ISSN and ISBN are errors in files that an author wrote.",
    passing=f"""
        # references.yaml
        {FOLD}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step, issued: 2021,
           ISSN: 1234-5678}
    """,
)

name_as_text = kept_elsewhere(
    "name-as-text",
    "warning",
    "People’s names are given in parts.",
    why="A name in one piece is printed as it stands, like an institution’s.",
    passing=f"""
        # references.yaml
        {FOLD}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [Ada Fold], publisher: Step, issued: 2021}
    """,
)

date_as_text = kept_elsewhere(
    "date-as-text",
    "warning",
    "Dates are given as dates.",
    why="A date in words is printed as it stands, whatever the style.",
    passing=f"""
        # references.yaml
        {FOLD}
    """,
    failing="""
        # references.yaml
        - {id: fold2021, type: book, title: Noses, author: [{family: Fold}], publisher: Step,
           issued: {raw: a while ago}}
    """,
)

uncited_annotation = kept_elsewhere(
    "uncited-annotation",
    "warning",
    "What is annotated is cited.",
    why="The annotation of a work that nothing cites is not printed.",
    passing="""
        sections: [{heading: Noses, text: "Sharp ones fly farther [@fold2021]."}]
        annotations: {fold2021: {importance: 1, text: The first trial.}}
    """,
    failing="""
        sections: [{heading: Noses, text: Sharp ones fly farther.}]
        annotations: {fold2021: {importance: 1, text: The first trial.}}
    """,
    references=FOLD,
)

unused_footnote = kept_elsewhere(
    "unused-footnote",
    "warning",
    "Each footnote is called.",
    why="One that is not is not printed.",
    passing="""
        sections:
          - heading: Noses
            text: |
              Sharp ones fly farther.[^1]

              [^1]: So it is said.
    """,
    failing="""
        sections:
          - heading: Noses
            text: |
              Sharp ones fly farther.

              [^1]: So it is said.
    """,
)
