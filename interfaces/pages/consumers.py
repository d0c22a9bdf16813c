"""The pages of consumers."""

from interfaces.pages.route import Route

ROUTES: tuple[Route, ...] = ()
