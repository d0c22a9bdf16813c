"""Istio: Envoy's filter, put by an EnvoyFilter before all others of a gateway."""

from textwrap import indent

from deprecations.exporters.answers import left_out_of
from deprecations.exporters.entries import entries
from deprecations.exporters.envoy import HOOKS
from deprecations.exporters.generated import About, GeneratedFile, head
from deprecations.exporters.lua_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Istio",
    tried_on="",
    install="kubectl apply -f sundial-envoyfilter.yaml. It is for gateways labelled istio=ingressgateway; "
    "for others change workloadSelector, and context to SIDECAR_INBOUND for a workload's own proxy.",
    limits=(
        "replies to broken requests (400) that the proxy refuses before it reads a path.",
        "ambient mode without a waypoint, which has no HTTP filters.",
        "exemptions by anything but the User-Agent, since its Lua can't hash; one whose time is over goes "
        "with the next export.",
    ),
    partly="The Lua that looks a request up is the one that was run in Envoy 1.40.0.",
)
_RESOURCE = """\
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata:
  name: sundial
  namespace: istio-system
spec:
  workloadSelector:
    labels:
      istio: ingressgateway
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: GATEWAY
      listener:
        filterChain:
          filter:
            name: envoy.filters.network.http_connection_manager
    patch:
      operation: INSERT_FIRST
      value:
        name: sundial
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua
          default_source_code:
            inline_string: |
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the resource for Istio."""
    code = indent(program(rules) + HOOKS, " " * 14)
    left_out = left_out_of((entry.key, entry.given) for entry in entries(rules))
    return (GeneratedFile("sundial-envoyfilter.yaml", head(ABOUT, left_out=left_out) + _RESOURCE + code),)
