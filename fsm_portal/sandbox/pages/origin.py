"""Where a form was sent from."""

from urllib.parse import urlsplit

from starlette.requests import Request


def from_here(request: Request) -> bool:
    """Other sites must not press buttons: browsers say where a form comes from."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        # The pages send no referrer, and so the origin of their own forms is `null`.
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")
