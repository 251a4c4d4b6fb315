"""How the server says no: a code, a text that names the key, and whether the whole request falls with it."""

BAD_REQUEST = 400
NO_TOKEN = 401
TARIFF = 402
FORBIDDEN = 403
NOT_FOUND = 404


class Refusal(Exception):
    """A request, or one order of it, that the server will not carry out.

    `code` is the envelope's `error`. `whole` says that the request fails, not only the order at hand.
    """

    def __init__(self, text: str, code: int = BAD_REQUEST, *, whole: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.whole = whole

    def within(self, where: str) -> "Refusal":
        """Return the same refusal with a place put before its text."""
        return Refusal(f"{where}{self.text}", self.code, whole=self.whole)
