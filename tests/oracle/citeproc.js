// What citeproc-js makes of citations and references: jobs as JSON on standard input, answers as JSON on standard output.
// A job is {style, items, clusters: [{items, mode?, note}]}; an answer is {clusters: [html], entries: [[id, html]]}.
"use strict";
const modules = `${__dirname}/../validators/node_modules`;
const CSL = require(`${modules}/citeproc`);
const locales = require(`${modules}/@citation-js/plugin-csl/lib/locales.json`);

function answer({ style, items, clusters }) {
    const known = new Map(items.map((item) => [item.id, item]));
    const engine = new CSL.Engine(
        { retrieveLocale: () => locales["en-US"], retrieveItem: (id) => known.get(id) },
        style, "en-US", true,
    );
    const citations = clusters.map((cluster, index) => ({
        citationID: `c${index}`,
        citationItems: cluster.items,
        properties: { noteIndex: cluster.note, ...(cluster.mode ? { mode: cluster.mode } : {}) },
    }));
    const texts = engine.rebuildProcessorState(citations, "html").map(([, , text]) => text);
    const [about, entries] = engine.makeBibliography() || [{ entry_ids: [] }, []];
    return { clusters: texts, entries: entries.map((text, index) => [about.entry_ids[index][0], text]) };
}

const jobs = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(jobs.map(answer)));
