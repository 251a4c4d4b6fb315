"""The people in the answers: made up, and so named that one look shows where they have got to.

Real answers hold names, addresses and telephone numbers, and so do these. Every piece of that holds one of
`CANARIES`, so a test can search all that a client wrote for them.
"""

from typing import Any

from reconciler.sandbox.yandex.order import MarketOrder

CANARIES = (
    "Canarina",
    "Kanareykina",
    "Canarievna",
    "+7999000",
    "canary-buyer-",
    "Canary Street",
    "canary bell",
)
"""A piece of each kind of personal data that answers hold."""


def buyer(order: MarketOrder) -> dict[str, Any]:
    """Write who bought: their id and names."""
    return {
        "id": f"canary-buyer-{order.id}",
        "lastName": "Kanareykina",
        "firstName": "Canarina",
        "middleName": "Canarievna",
        "type": "PERSON",
    }


def address(order: MarketOrder) -> dict[str, Any]:
    """Write where it goes."""
    return {
        "country": "Россия",
        "postcode": "123456",
        "city": "Москва",
        "street": "Canary Street",
        "house": str(order.id % 100 + 1),
        "apartment": str(order.id % 300 + 1),
        "gps": {"latitude": 55.75, "longitude": 37.61},
    }


def telephone(order: MarketOrder) -> str:
    """Write a telephone number."""
    return f"+7999000{order.id % 10000:04d}"


def courier(order: MarketOrder) -> dict[str, Any]:
    """Write who brings it."""
    return {
        "fullName": "Kanareykina Canarina",
        "phone": telephone(order),
        "vehicleNumber": "A 000 AA 00",
        "vehicleDescription": "canary yellow",
    }


def notes(order: MarketOrder) -> str:
    """Write what the buyer asks for."""
    return f"ring the canary bell {order.id % 10} times, {telephone(order)}"


def region() -> dict[str, Any]:
    """Write the region of the address."""
    return {"id": 213, "name": "Москва", "type": "CITY"}
