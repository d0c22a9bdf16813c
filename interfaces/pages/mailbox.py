"""The pages of mailbox."""

from interfaces.pages.route import Route

ROUTES: tuple[Route, ...] = ()
