"""The site of the documents, for Sphinx with MyST and Furo; ci/site/build calls it.

The sources are the Markdown files of the tree as they stand: they stay good to read where they are, and nothing is written for the site alone
but the order of its pages, below.
"""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]

project = "walarchive"
html_title = "walarchive"
author = ""
html_show_copyright = False
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "docs/*/*.md", "examples/*.md", "examples/*/*.md", "ci/*/README.md", "bench/README.md", "fuzz/README.md"]
exclude_patterns = ["**/target/**"]

myst_heading_anchors = 6
myst_enable_extensions = ["tasklist"]
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
# No highlighter knows the language of a fence that names none.
highlight_language = "none"

html_theme = "furo"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "footer_icons": [],
    "light_css_variables": {"font-stack": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"},
    "dark_css_variables": {"font-stack": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"},
}

# Pages by part. A page of docs/ that is not named here comes last in "More".
PARTS = {
    "Start": ["docs/installing", "docs/operations", "docs/migrating-from-wal-e", "docs/migrating-from-wal-g"],
    "Operate": ["docs/backup", "docs/check", "docs/verify", "docs/drill", "docs/list", "docs/retention", "docs/agent", "docs/encryption", "docs/launcher", "docs/logging", "docs/terminal"],
    "Restore": ["docs/worst-day", "docs/restore"],
    "Embed": ["examples/README", "examples/*/*", "docs/embedding", "docs/writing-a-store", "docs/api-stability", "docs/dependencies"],
    "Reference": ["docs/settings", "docs/exit-codes", "docs/format", "docs/stores/*"],
    "Inside": ["docs/architecture", "docs/decisions/README", "docs/reliability", "docs/security", "docs/performance", "docs/limits"],
    "Project": ["CONTRIBUTING", "docs/releasing", "CHANGELOG", "bench/README", "fuzz/README", "ci/*/README"],
    "More": ["docs/*"],
}


def pages_of(pattern):
    return [str(p.relative_to(ROOT).with_suffix("")) for p in sorted(ROOT.glob(pattern + ".md")) if "target" not in p.parts]


def navigation():
    named, parts = set(), []
    for part, patterns in PARTS.items():
        pages = [page for pattern in patterns for page in pages_of(pattern) if page not in named]
        named.update(pages)
        if pages:
            parts.append("\n".join(["```{toctree}", ":hidden:", f":caption: {part}", "", *pages, "```"]))
    return "\n\n".join(parts)


def without_directories(name, text):
    """A link to a directory, which a code host lists, leads to its README here, or is none."""
    def replace(link):
        target = (ROOT / name).parent / link.group(2)
        if "://" in link.group(2) or not target.is_dir():
            return link.group()
        return f"[{link.group(1)}]({link.group(2).rstrip('/')}/README.md)" if (target / "README.md").exists() else link.group(1)

    return re.sub(r"\[([^\[\]]+)\]\(([^()#\s]+)\)", replace, text)


def read(app, name, source):
    source[0] = without_directories(name, source[0])
    if name == "README":
        source[0] += "\n\n" + navigation()
    if name == "docs/decisions/README":
        pages = [pathlib.Path(page).name for page in pages_of("docs/decisions/0*")]
        source[0] += "\n\n" + "\n".join(["```{toctree}", ":hidden:", "", *pages, "```"])
    # "```sh restore": the second word is for a test.
    source[0] = re.sub(r"^( *```\w+) [\w-]+$", r"\1", source[0], flags=re.MULTILINE)


def fit(app, name, template, context, tree):
    """For narrow screens: puts pictures into a box of their own, which scrolls, and lets names of variables break behind an underscore."""
    if "body" in context:
        context["body"] = re.sub(r'<span class="pre">[^<]*_[^<]*</span>', lambda m: m.group().replace("_", "_<wbr>"), context["body"])
        context["body"] = re.sub(r'<img [^>]*src="[^"]*\.svg"[^>]*>', r'<span class="picture" style="display: block">\g<0></span>', context["body"])


def setup(app):
    app.connect("source-read", read)
    app.connect("html-page-context", fit)
