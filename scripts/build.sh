#!/bin/sh
# build.sh PROGRAM FOLDER: builds what standard input names, a review and a template a line, into the folder.
# One run builds all reviews that need the same templates: starting the engines takes longer than most outputs.
set -eu
program=$1 folder=$2
runs=$(awk '
    NF == 2 { templates[$1] = templates[$1] " --template " $2 }
    END {
        for (review in templates) reviews[templates[review]] = reviews[templates[review]] " content/" review
        for (needed in reviews) print reviews[needed] needed
    }' | sort)
if [ -z "$runs" ]; then
    echo "Nothing to be done: every output is up to date."
    exit
fi
status=0
while read -r arguments; do
    # shellcheck disable=SC2086 # the arguments are words: names of reviews and templates have no blanks
    "$program" build $arguments --output "$folder" --format pdf,docx,html --depfile "$folder/manifest.d" || status=$?
done <<RUNS
$runs
RUNS
exit "$status"
