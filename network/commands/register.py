"""Checks the Register of this server from its bytes."""

from __future__ import annotations

import argparse

from network.cli import start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_subparsers(dest="what", required=True)
    what.add_parser("verify", help="replay every entry, and compare the log, its head and its tables")


def run(arguments: argparse.Namespace) -> int:
    start_django()
    from members.register import verification
    from members.register.models import Head

    findings = verification.findings()
    for finding in findings:
        print(finding)
    if findings:
        return 1
    head = Head.objects.filter(pk=1).first()
    if head is None or not head.size:
        print("The Register is empty: no network is founded yet.")
    else:
        print(f"{head.size} entries verified. Network {head.network}, root {head.root}.")
    return 0
