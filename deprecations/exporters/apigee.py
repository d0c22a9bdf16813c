"""Apigee: a shared flow whose script looks the rule up, and whose policies set the headers."""

from deprecations.exporters.entries import EXPOSED
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.exporters.script_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Apigee",
    tried_on="",
    install="zip the folder sharedflowbundle, deploy it as the shared flow “sundial”, attach it to the "
    "environment's post-proxy flow hook, and call it by a FlowCallout in each proxy's DefaultFaultRule with "
    "AlwaysEnforce, since flow hooks are passed by in a fault.",
    limits=(
        "replies to requests that no proxy takes (404 of the environment itself).",
        "brownouts and tombstones: this flow runs after the target has answered; use the middleware.",
    ),
    partly="The script that looks a request up is the one that runs in Sundial's tests, in a browser.",
)
_MAIN = "sharedflowbundle/sundial.xml"
_BUNDLE = '<SharedFlowBundle revision="1" name="sundial">\n  <Description>Deprecation headers</Description>\n'
_FLOW = """\
<SharedFlow name="default">
  <Step><Name>Sundial-Find</Name></Step>
  <Step><Condition>sundial.deprecation != ""</Condition><Name>Sundial-Set</Name></Step>
  <Step><Condition>sundial.sunset != ""</Condition><Name>Sundial-Sunset</Name></Step>
  <Step><Condition>sundial.link != ""</Condition><Name>Sundial-Link</Name></Step>
</SharedFlow>
"""
_FIND = """\
<Javascript name="Sundial-Find" timeLimit="200" continueOnError="true">
  <ResourceURL>jsc://sundial.js</ResourceURL>
</Javascript>
"""
_SET = f"""\
<AssignMessage name="Sundial-Set" continueOnError="true">
  <Set>
    <Headers>
      <Header name="Deprecation">{{sundial.deprecation}}</Header>
    </Headers>
  </Set>
  <Add>
    <Headers>
      <Header name="Access-Control-Expose-Headers">{EXPOSED}</Header>
    </Headers>
  </Add>
</AssignMessage>
"""
_SUNSET = """\
<AssignMessage name="Sundial-Sunset" continueOnError="true">
  <Set>
    <Headers>
      <Header name="Sunset">{sundial.sunset}</Header>
    </Headers>
  </Set>
</AssignMessage>
"""
_LINK = """\
<AssignMessage name="Sundial-Link" continueOnError="true">
  <Add>
    <Headers>
      <Header name="Link">{sundial.link}</Header>
    </Headers>
  </Add>
</AssignMessage>
"""
_CALL = """
var found = sundial(String(context.getVariable("request.verb")), String(context.getVariable("request.uri")));
context.setVariable("sundial.deprecation", found ? found.deprecation : "");
context.setVariable("sundial.sunset", found ? found.sunset : "");
context.setVariable("sundial.link", found ? found.link : "");
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the bundle for Apigee."""
    comment = f"<!--\n{head(ABOUT, start='  ')}-->\n"
    note = remark(ABOUT, _MAIN, start="").rstrip()
    return (
        GeneratedFile(_MAIN, f"{comment}{_BUNDLE}</SharedFlowBundle>\n"),
        GeneratedFile("sharedflowbundle/sharedflows/default.xml", f"<!-- {note} -->\n{_FLOW}"),
        GeneratedFile("sharedflowbundle/policies/Sundial-Find.xml", f"<!-- {note} -->\n{_FIND}"),
        GeneratedFile("sharedflowbundle/policies/Sundial-Set.xml", f"<!-- {note} -->\n{_SET}"),
        GeneratedFile("sharedflowbundle/policies/Sundial-Sunset.xml", f"<!-- {note} -->\n{_SUNSET}"),
        GeneratedFile("sharedflowbundle/policies/Sundial-Link.xml", f"<!-- {note} -->\n{_LINK}"),
        GeneratedFile("sharedflowbundle/resources/jsc/sundial.js", f"// {note}\n{program(rules)}{_CALL}"),
    )
