"""The pages of notices."""

from interfaces.pages.route import Route

ROUTES: tuple[Route, ...] = ()
