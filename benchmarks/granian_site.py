"""The site for a server that wants an application by name."""

from pretraject.app import create_app
from pretraject.config import Config

app = create_app(Config())
