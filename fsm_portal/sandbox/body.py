"""What a client sends after its headers, cut off where nothing of Stripe's is that long."""

import asyncio

from starlette.requests import Request

from fsm_portal.sandbox.errors import StripeError

LARGEST = 1024 * 1024
LARGEST_FORM = 16 * 1024
_PATIENCE = 30


async def read(request: Request, most: int = LARGEST) -> bytes:
    """The body, at most ``most`` bytes. Raises StripeError 413, or 408 if it does not end."""
    parts, size = [], 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise StripeError(413, "The request body is too large.", remembered=False)
                parts.append(part)
    except TimeoutError:
        late = StripeError(408, "The request took too long to arrive.", remembered=False)
        raise late from None
    return b"".join(parts)
