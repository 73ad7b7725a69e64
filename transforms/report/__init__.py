"""report: pages for people, of a release and of a comparison. Opened from a disk, they ask for nothing else.

    index.html             what the release is, charts, quality, what was set aside, list of documents, search
    d/<document_id>.html   a document: outline, clauses with their labels and why, the text as printed
    data/                  what the overview loads: rows of documents, texts and labels of clauses in chunks
    static/                styles, scripts, the library of the charts with its licence

A browser does not let a page read files beside it, but it loads scripts: data are scripts that call one function. Each page
has a Content-Security-Policy that allows nothing but the files of the site, and no script writes HTML: texts are hostile.

The same release gives the same bytes. `site` gives the files one by one, so that a large release never is in memory twice;
where they are put is not known here. `comparison` is one file that holds all it needs.
"""

from transforms.report.comparison import Texts, comparison, touched
from transforms.report.site import File, Part, site

__all__ = ["File", "Part", "Texts", "comparison", "site", "touched"]
