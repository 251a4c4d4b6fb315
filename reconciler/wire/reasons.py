"""Reasons: why no connection came to be, in words that help, and without the library's exception."""

from __future__ import annotations

from reconciler.wire.faults import Fault, Trouble


def unconnected(host: str, broken: BaseException) -> Trouble:
    """Tell why no connection came to be, from the operating system's error at the bottom of the chain."""
    import ssl  # noqa: PLC0415 - where every connection stands, and where none is by TLS, it is never needed

    cause: BaseException | None = broken
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            detail = getattr(cause, "verify_message", "") or "it could not be verified"
            return Trouble(Fault.UNTRUSTED, f"the certificate of {host} is not trusted: {detail}")
        if isinstance(cause, ssl.SSLError):
            detail = getattr(cause, "reason", "") or "the handshake failed"
            return Trouble(Fault.UNREACHED, f"no secure connection to {host}: {detail}")
        if isinstance(cause, OSError) and cause.strerror:
            return Trouble(Fault.UNREACHED, f"no connection to {host}: {cause.strerror}")
        cause = cause.__cause__ or cause.__context__
    return Trouble(Fault.UNREACHED, f"no connection to {host}")
