"""The pages of deprecations."""

from interfaces.pages.route import Route

ROUTES: tuple[Route, ...] = ()
