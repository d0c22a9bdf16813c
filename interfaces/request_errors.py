"""What is wrong with a request before any room sees it."""


class BadRequestBody(Exception):
    """A body or parameter that isn't what the API's document asks for; the message names the place."""
