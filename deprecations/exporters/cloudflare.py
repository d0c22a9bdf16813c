"""Cloudflare: a Worker (or Snippet) in front of the origin; transform rules can't fill a link from a path."""

from deprecations.exporters.answers import left_out_of
from deprecations.exporters.entries import entries
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
        "exemptions by anything but the User-Agent; one whose time is over goes with the next export.",
    ),
    partly="The script that looks a request up is the one that runs in Sundial's tests, in a browser.",
)
_WORKER = """
function sundialReply(request, answer) {
  const headers = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"};
  if (answer.until) headers["Retry-After"] = answer.until;
  return new Response(request.method === "HEAD" ? null : answer.body, {status: answer.status, headers});
}

export default {
  async fetch(request, env, context) {
    if (context && context.passThroughOnException) context.passThroughOnException();
    const address = new URL(request.url);
    const sent = (name) => request.headers.get(name) || "";
    const caller = sent("X-Api-Key") + sent("X-Client-Id") + sent("Authorization") || sent("User-Agent");
    const now = Math.floor(Date.now() / 1000);
    const answer = sundialAnswer(request.method, address.pathname, now, caller, sent("User-Agent"));
    const response = answer ? sundialReply(request, answer) : await fetch(request);
    const found = response.status === 101 ? null : sundial(request.method, address.pathname);
    if (!found) return response;
    const reply = new Response(response.body, response);
    reply.headers.set("Deprecation", found.deprecation);
    if (found.sunset) reply.headers.set("Sunset", found.sunset);
    if (found.link) reply.headers.append("Link", found.link);
    reply.headers.append("Access-Control-Expose-Headers", "Deprecation, Sunset, Link");
    return reply;
  },
};
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the script for Cloudflare."""
    left_out = left_out_of((entry.key, entry.given) for entry in entries(rules))
    comment = head(ABOUT, start="// ", left_out=left_out)
    return (GeneratedFile("sundial-worker.js", f"{comment}\n{program(rules)}{_WORKER}"),)
