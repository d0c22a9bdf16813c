"""Cloudflare: a Worker (or Snippet) in front of the origin; transform rules can't fill a link from a path."""

from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.exporters.script_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Cloudflare",
    tried_on="",
    install="deploy sundial-worker.js as a Worker on the routes of your API, or paste it as a Snippet.",
    limits=(
        "replies by rules that run before Workers (firewall, redirects), and Cloudflare's own error pages "
        "where no origin answers.",
        "upgraded connections.",
    ),
    partly="The script that looks a request up is the one that runs in Sundial's tests, in a browser.",
)
_WORKER = """
export default {
  async fetch(request, env, context) {
    if (context && context.passThroughOnException) context.passThroughOnException();
    const response = await fetch(request);
    const address = new URL(request.url);
    const found = response.status === 101 ? null : sundial(request.method, address.pathname);
    if (!found) return response;
    const reply = new Response(response.body, response);
    reply.headers.set("Deprecation", found.deprecation);
    reply.headers.set("Sunset", found.sunset);
    if (found.link) reply.headers.append("Link", found.link);
    reply.headers.append("Access-Control-Expose-Headers", "Deprecation, Sunset, Link");
    return reply;
  },
};
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the script for Cloudflare."""
    return (GeneratedFile("sundial-worker.js", f"{head(ABOUT, start='// ')}\n{program(rules)}{_WORKER}"),)
