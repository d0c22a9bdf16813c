"""A browser in words, from its User-Agent: "Firefox on Linux". For people to recognise their own."""

_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Name a browser and its system; what is not known keeps its first word."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), user_agent.partition(" ")[0])
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser or 'A browser'} on {system}" if system else browser or "A browser"
