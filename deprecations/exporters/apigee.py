"""Apigee: a shared flow whose script looks the rule up, and whose policies answer or set the headers."""

from deprecations.exporters.answers import left_out_of
from deprecations.exporters.entries import EXPOSED, entries
from deprecations.exporters.generated import About, GeneratedFile, head, remark
from deprecations.exporters.script_table import program
from deprecations.rules import RuleSet

ABOUT = About(
    title="Apigee",
    tried_on="",
    install="zip the folder sharedflowbundle, deploy it as the shared flow “sundial”, attach it to both the "
    "pre-proxy flow hook of the environment, where it answers brownouts and tombstones, and the post-proxy "
    "one, where it sets headers; and call it by a FlowCallout in each proxy's DefaultFaultRule with "
    "AlwaysEnforce, since the post-proxy hook is passed by in a fault.",
    limits=(
        "replies to requests that no proxy takes (404 of the environment itself).",
        "exemptions by anything but the User-Agent; one whose time is over goes with the next export.",
    ),
    partly="The script that looks a request up is the one that runs in Sundial's tests, in a browser.",
)
_MAIN = "sharedflowbundle/sundial.xml"
_BUNDLE = '<SharedFlowBundle revision="1" name="sundial">\n  <Description>Deprecation headers</Description>\n'
_STEPS = {
    "Sundial-Wait": ("1", "until"),
    "Sundial-Answer": ("1", "status"),
    "Sundial-Set": ("2", "deprecation"),
    "Sundial-Sunset": ("2", "sunset"),
    "Sundial-Link": ("2", "link"),
}
"""In which pass of the flow, and by which variable that is not empty."""
_FIND = """\
<Javascript name="Sundial-Find" timeLimit="200" continueOnError="true">
  <ResourceURL>jsc://sundial.js</ResourceURL>
</Javascript>
"""
_ANSWER = """\
<RaiseFault name="{name}">
  <IgnoreUnresolvedVariables>true</IgnoreUnresolvedVariables>
  <FaultResponse>
    <Set>
      <Headers>
        <Header name="Cache-Control">no-store</Header>
{more}      </Headers>
      <Payload contentType="application/problem+json">{{sundial.body}}</Payload>
      <StatusCode>{{sundial.status}}</StatusCode>
    </Set>
  </FaultResponse>
</RaiseFault>
"""
_RETRY = '        <Header name="Retry-After">{sundial.until}</Header>\n'
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
function sundialSent(name) {
  return String(context.getVariable("request.header." + name) || "");
}

// The first of two passes answers in the service's place, the second sets headers.
var sundialPass = context.getVariable("sundial.pass") ? "2" : "1";
context.setVariable("sundial.pass", sundialPass);
if (sundialPass === "1") {
  var method = String(context.getVariable("request.verb"));
  var target = String(context.getVariable("request.uri"));
  var agent = sundialSent("user-agent");
  var caller = sundialSent("x-api-key") + sundialSent("x-client-id") + sundialSent("authorization") || agent;
  var answer = sundialAnswer(method, target, Math.floor(new Date().getTime() / 1000), caller, agent);
  context.setVariable("sundial.status", answer ? String(answer.status) : "");
  context.setVariable("sundial.body", answer ? answer.body : "");
  context.setVariable("sundial.until", answer && answer.until ? answer.until : "");
  var found = sundial(method, target);
  context.setVariable("sundial.deprecation", found ? found.deprecation : "");
  context.setVariable("sundial.sunset", found ? found.sunset : "");
  context.setVariable("sundial.link", found ? found.link : "");
}
"""


def export(rules: RuleSet) -> tuple[GeneratedFile, ...]:
    """Return the bundle for Apigee."""
    left_out = left_out_of((entry.key, entry.given) for entry in entries(rules))
    comment = f"<!--\n{head(ABOUT, start='  ', left_out=left_out)}-->\n"
    note = remark(ABOUT, _MAIN, start="").rstrip()
    policies = {
        "Sundial-Find": _FIND,
        "Sundial-Wait": _ANSWER.format(name="Sundial-Wait", more=_RETRY),
        "Sundial-Answer": _ANSWER.format(name="Sundial-Answer", more=""),
        "Sundial-Set": _SET,
        "Sundial-Sunset": _SUNSET,
        "Sundial-Link": _LINK,
    }
    return (
        GeneratedFile(_MAIN, f"{comment}{_BUNDLE}</SharedFlowBundle>\n"),
        GeneratedFile("sharedflowbundle/sharedflows/default.xml", f"<!-- {note} -->\n{_flow()}"),
        *(
            GeneratedFile(f"sharedflowbundle/policies/{name}.xml", f"<!-- {note} -->\n{policy}")
            for name, policy in policies.items()
        ),
        GeneratedFile("sharedflowbundle/resources/jsc/sundial.js", f"// {note}\n{program(rules)}{_CALL}"),
    )


def _flow() -> str:
    steps = (
        f'<Condition>(sundial.pass = "{which}") and (sundial.{variable} != "")</Condition><Name>{name}</Name>'
        for name, (which, variable) in _STEPS.items()
    )
    lines = "".join(f"  <Step>{step}</Step>\n" for step in ("<Name>Sundial-Find</Name>", *steps))
    return f'<SharedFlow name="default">\n{lines}</SharedFlow>\n'
