"""The pages of sources."""

from interfaces.pages.route import Route

ROUTES: tuple[Route, ...] = ()
