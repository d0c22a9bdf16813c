"""Hosts of spec repositories: how each signs a delivery, and how a file is fetched at a commit.

To add one, write its file and give it a row here.
"""

from registry.sources import git, github
from registry.sources.host import Host

HOSTS: dict[str, Host] = {
    "git": git.HOST,
    "github": github.HOST,
}
