"""``python -m crisisgames`` is the command ``crisisgames``."""

from crisisgames.cli import app

if __name__ == "__main__":
    app(prog_name="crisisgames")
