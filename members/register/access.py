"""What may be read of the Register, by queries on the tables that repeat its state."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from members.register.models import FoundingOfficer, Head, RegisterAccount, RegisterDevice


@dataclass(frozen=True)
class Network:
    """The network that this server serves; `id` is None until it is founded."""

    id: str | None
    name: str
    demo: bool


@dataclass(frozen=True)
class Standing:
    """What an account is: an officer, or a focal point of an authority."""

    role: str
    authority: str | None


def network() -> Network:
    head = Head.objects.filter(pk=1).values_list("network", "name", "demo").first()
    if head is None:
        return Network(None, settings.NETWORK_NAME, settings.DEMO)
    return Network(head[0] or None, head[1] or settings.NETWORK_NAME, head[2])


def standing(account: str) -> Standing | None:
    """What this account is while it is active; a founding officer is one before there is a Register."""
    row = RegisterAccount.objects.filter(pk=account).values_list("active", "role", "authority").first()
    if row is not None:
        return Standing(row[1], row[2]) if row[0] else None
    return Standing("officer", None) if FoundingOfficer.objects.filter(pk=account).exists() else None


def device_is_active(account: str, device: str) -> bool:
    return RegisterDevice.objects.filter(pk=device, account=account, active=True).exists()


def active_device(account: str, device: str | None) -> str | None:
    """This device if it is an active one of the account; otherwise None."""
    return device if device and device_is_active(account, device) else None
