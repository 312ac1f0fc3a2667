"""What a WSGI server loads; settings come from the environment."""

from pretraject.app import create_app
from pretraject.config import Config

application = create_app(Config())
