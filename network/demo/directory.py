"""What the authorities of the demonstration sign for the directory, and the institutions that nobody signs for.

Addresses, telephone numbers and laws are invented: there is no country code 000, and `.example` is nobody's. The
institutions are real ones, under their public names and in their States, and nothing is said of them but where they
are and in which languages they work: they are no members of this network.
"""

from __future__ import annotations

from typing import Any, Final

from members.directory.models import Institution
from members.protocol.directory import empty_entry

Words = dict[str, Any]

_WEEK: Final = (1, 2, 3, 4, 5)
_GULF_WEEK: Final = (1, 2, 3, 4, 7)


def _hours(start: str, end: str, days: tuple[int, ...] = _WEEK) -> Words:
    def minutes(clock: str) -> int:
        hour, minute = clock.split(":")
        return int(hour) * 60 + int(minute)

    return {"days": list(days), "from": minutes(start), "until": minutes(end)}


def _matters(**notes: str) -> list[Words]:
    return [{"code": code, "note": notes[code]} for code in sorted(notes)]


def _entry(**said: Any) -> Words:
    lists = ("competences", "languages", "networks", "powers")
    return empty_entry() | {key: sorted(value) if key in lists else value for key, value in said.items()}


def _always(telephone: str) -> Words:
    return {"hours": None, "telephone": telephone}


def _accepted(how: str) -> Words:
    return {"accepted": True, "how": how}


ENTRIES: Final[dict[str, Words]] = {
    "arvenia": _entry(
        names={"fr": "Bureau anticorruption"},
        address="Anti-Corruption Bureau\nInternational cooperation\n14 Linden Quay\nArven, Arvenia",
        switchboard="+000 555 0110",
        email="cooperation@acb.arvenia.example",
        duty={"hours": _hours("07:00", "21:00", (1, 2, 3, 4, 5, 6, 7)), "telephone": "+000 555 0119"},
        zone="Etc/GMT-2",
        hours=_hours("08:30", "17:00"),
        languages=("en", "fr"),
        powers=("investigate", "recover_assets"),
        competences=("assets", "beneficial_ownership", "company", "procurement", "property"),
        informal=_matters(
            beneficial_ownership="From the central register, within three working days",
            company="",
            procurement="Files of closed tenders",
            property="Whether a property is registered, and to whom",
        ),
        formal=_matters(
            bank="By the investigating judge",
            court_use="",
            freezing="By the investigating judge",
            statements="",
        ),
        basis="Anti-Corruption Act, articles 31 to 34; UNCAC article 48 for direct contact",
        electronic=_accepted("Here; formal requests by the portal of the Ministry of Justice"),
        interpol=True,
        networks=("asset_recovery", "judicial"),
    ),
    "belmara_prosecutor": _entry(
        names={"es": "Fiscalía Especial contra la Corrupción", "en": "Special Anti-Graft Prosecutor"},
        address="Fiscalía Especial contra la Corrupción\nPalacio de Justicia, piso 6\nPuerto Belmar, Belmara",
        switchboard="+000 555 0120",
        email="cooperacion@fiscalia.belmara.example",
        zone="Etc/GMT+5",
        hours=_hours("08:00", "16:30"),
        languages=("en", "es"),
        powers=("investigate", "prosecute", "recover_assets"),
        competences=("bank", "criminal_records", "freezing", "procurement", "property"),
        informal=_matters(
            criminal_records="Estado de un proceso, sin documentos",
            procurement="",
            property="Datos públicos del registro",
        ),
        formal=_matters(
            bank="Por el Ministerio de Justicia, con orden judicial",
            court_use="Siempre por solicitud formal",
            freezing="Orden en 48 horas si hay urgencia",
            searches="",
            statements="",
        ),
        basis="Ley 204 de Cooperación Penal, artículos 12 a 19; artículo 48 de la UNCAC",
        electronic=_accepted("Por el Ministerio de Justicia, con firma electrónica cualificada"),
        interpol=True,
        networks=("judicial",),
    ),
    "belmara_fis": _entry(
        names={"es": "Servicio de Investigaciones Financieras", "en": "Financial Investigations Service"},
        address="Servicio de Investigaciones Financieras\nAvenida del Faro 210\nPuerto Belmar, Belmara",
        switchboard="+000 555 0130",
        email="enlace@sif.belmara.example",
        duty=_always("+000 555 0139"),
        zone="Etc/GMT+5",
        hours=_hours("07:30", "17:30"),
        languages=("en", "es"),
        powers=("intelligence", "investigate"),
        competences=("bank", "beneficial_ownership", "company", "tax", "travel"),
        informal=_matters(
            bank="Si existe una cuenta, y en qué banco",
            beneficial_ownership="",
            company="",
            travel="Requiere autorización interna: unos 9 días",
        ),
        formal=_matters(
            bank="Extractos y movimientos", court_use="", tax="Secreto fiscal: nunca de manera informal"
        ),
        basis="Ley 187 de Inteligencia Financiera, artículo 22",
        electronic=_accepted("Aquí, por los puntos de contacto"),
        interpol=False,
        networks=("financial_intelligence",),
        note="Para dinero a punto de moverse, llame también a la línea de guardia.",
    ),
    "qasrain": _entry(
        names={"ar": "هيئة النزاهة", "en": "Integrity Commission"},
        address="هيئة النزاهة\nإدارة التعاون الدولي\nشارع الميناء 7\nقصر، قصرين",
        switchboard="+000 555 0140",
        email="cooperation@integrity.qasrain.example",
        duty=_always("+000 555 0149"),
        zone="Etc/GMT-3",
        hours=_hours("07:30", "15:00", _GULF_WEEK),
        languages=("ar", "en"),
        powers=("investigate", "recover_assets", "supervise"),
        competences=("assets", "bank", "beneficial_ownership", "company", "freezing", "travel"),
        informal=_matters(
            assets="وجود إقرار بالذمة المالية وتاريخه",
            beneficial_ownership="",
            company="",
            travel="خلال خمسة أيام عمل",
        ),
        formal=_matters(
            bank="بأمر من النائب العام",
            court_use="",
            freezing="تجميد مؤقت لمدة 72 ساعة دون طلب رسمي",
            statements="",
        ),
        basis="قانون هيئة النزاهة، المادة 18؛ والمادة 48 من اتفاقية الأمم المتحدة لمكافحة الفساد",
        central=True,
        electronic=_accepted("هنا، أو بالبريد الإلكتروني بتوقيع مؤهل"),
        interpol=True,
        networks=("asset_recovery", "police"),
    ),
    "tessaly": _entry(
        names={"en": "Office of Public Integrity"},
        address="Office of Public Integrity\nGovernment House, East Wing\nPort Tessaly, Tessaly Islands",
        switchboard="+000 555 0150",
        email="office@integrity.tessaly.example",
        zone="Etc/GMT-12",
        hours=_hours("08:00", "16:00"),
        languages=("en",),
        powers=("investigate", "prevent"),
        competences=("company", "property", "vessels"),
        informal=_matters(company="", property="", vessels="Give the IMO number; we hold the flag register"),
        formal=_matters(bank="Supreme Court order", court_use="", telecommunications=""),
        basis="Public Integrity Act 2016, part 5",
        electronic={"accepted": False, "how": "Formal requests on paper, through the Attorney General"},
        interpol=True,
        note="We are three people, so an answer can take a week.",
    ),
    "norvik": _entry(
        names={"en": "Economic Crime Authority"},
        address="Economic Crime Authority\n3 Registry Square\nNorvik City, Norvik",
        switchboard="+000 555 0160",
        email="liaison@eca.norvik.example",
        duty=_always("+000 555 0169"),
        zone="Etc/GMT-1",
        hours=_hours("08:00", "16:00"),
        languages=("en",),
        powers=("investigate", "prosecute"),
        competences=("beneficial_ownership", "company", "property", "travel", "vessels"),
        informal=_matters(
            beneficial_ownership="Register is public; certified extract on request",
            company="",
            property="Whether a property is registered, and to whom",
            travel="Needs an internal authorisation: allow 9 days",
            vessels="Give the IMO number",
        ),
        formal=_matters(
            bank="Court order under the Banking Act",
            court_use="Ask for permission or file MLA",
            freezing="",
            searches="",
            statements="",
            tax="Tax secrecy; never informally",
        ),
        basis="Criminal Procedure Act, chapter 31; UNCAC article 48 for direct contact",
        electronic=_accepted("Here, or by e-mail with a qualified signature"),
        interpol=True,
        networks=("asset_recovery", "police"),
        note="Formal requests in English only.",
    ),
}
"""By the key of the authority in the story."""

CENTRAL_STATE: Final = "XD"
CENTRAL_AUTHORITY: Final = _entry(
    names={"es": "Ministerio de Justicia", "en": "Ministry of Justice", "fr": "Ministère de la Justice"},
    central=True,
    address="Ministerio de Justicia\nDirección de Cooperación Jurídica\nPlaza Mayor 1\nPuerto Belmar, Belmara",
    switchboard="+000 555 0170",
    email="autoridad.central@justicia.belmara.example",
    zone="Etc/GMT+5",
    hours=_hours("08:00", "16:00"),
    languages=("en", "es"),
    competences=("bank", "freezing"),
    formal=_matters(bank="", court_use="", freezing="", searches="", statements=""),
    basis="Ley 204 de Cooperación Penal; UNCAC, artículo 46(13)",
    electronic=_accepted("Con firma electrónica cualificada"),
    interpol=True,
    note="Solicitudes en español, o con traducción.",
)
"""It is no member and holds no account: an officer enters and signs it."""


def _profile(title: str, *languages: str, **more: Any) -> Words:
    return {
        "competences": sorted(more.get("competences", ())),
        "hours": more.get("hours"),
        "languages": sorted(languages),
        "title": title,
        "zone": more.get("zone"),
    }


PROFILES: Final[dict[str, Words]] = {
    "arvenia_lead": _profile("Head of international cooperation", "en", "fr"),
    "arvenia_deputy": _profile("Adjointe, coopération internationale", "fr", "en"),
    "arvenia_analyst": _profile(
        "Financial analyst", "en", "fr", competences=("beneficial_ownership", "procurement")
    ),
    "belmara_lead": _profile("Jefe de enlace internacional", "es", "en"),
    "belmara_deputy": _profile("Subjefa de enlace internacional", "es", "en"),
    "belmara_duty": _profile(
        "Oficial de guardia",
        "es",
        "en",
        competences=("bank",),
        zone="Etc/GMT+5",
        hours=_hours("14:00", "22:00", (1, 2, 3, 4, 5, 6)),
    ),
    "prosecutor_lead": _profile("Fiscal de cooperación", "es", "en"),
    "prosecutor_deputy": _profile("Fiscal adjunta", "es", "en", competences=("freezing",)),
    "qasrain_lead": _profile("رئيس مكتب التعاون الدولي", "ar", "en"),
    "qasrain_deputy": _profile("نائبة رئيس المكتب", "ar", "en", "fr"),
    "qasrain_duty": _profile(
        "ضابط المناوبة",
        "ar",
        "en",
        competences=("bank", "freezing"),
        zone="Etc/GMT-3",
        hours=_hours("06:00", "14:00", _GULF_WEEK),
    ),
    "tessaly_lead": _profile("Director", "en"),
    "norvik_lead": _profile("Head of liaison", "en"),
    "norvik_deputy": _profile("Deputy head, registers", "en", competences=("company", "vessels")),
}
"""By the key of the person in the story."""

_INSTITUTIONS: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("Oversight and Anti-Corruption Authority (Nazaha)", "SA", "Asia/Riyadh", "ar en"),
    ("Central Bureau of Investigation", "IN", "Asia/Kolkata", "en hi"),
    ("Enforcement Directorate", "IN", "Asia/Kolkata", "en hi"),
    ("Ministry of Home Affairs", "IN", "Asia/Kolkata", "en hi"),
    ("Independent Commission Against Corruption", "HK", "Asia/Hong_Kong", "en zh"),
    ("Independent Anti-Corruption Bureau (BIANCO)", "MG", "Indian/Antananarivo", "fr mg"),
    ("Anti-Corruption Directorate, Prosecutor General", "AZ", "Asia/Baku", "az en ru"),
    ("National Commission of Supervision", "CN", "Asia/Shanghai", "en zh"),
    (
        "Special Prosecutor’s Office against Corruption and Organised Crime", "ES", "Europe/Madrid", "en es",
    ),
    ("National Anticorruption Directorate (DNA)", "RO", "Europe/Bucharest", "en fr ro"),
    ("Administrative Control Authority", "EG", "Africa/Cairo", "ar en"),
    ("Malaysian Anti-Corruption Commission", "MY", "Asia/Kuala_Lumpur", "en ms"),
    ("Corruption Eradication Commission (KPK)", "ID", "Asia/Jakarta", "en id"),
    ("Corrupt Practices Investigation Bureau", "SG", "Asia/Singapore", "en ms zh"),
    ("Ethics and Anti-Corruption Commission", "KE", "Africa/Nairobi", "en sw"),
    ("Economic and Financial Crimes Commission", "NG", "Africa/Lagos", "en"),
    ("Anti-Corruption Commission", "SL", "Africa/Freetown", "en"),
    ("National Financial Prosecutor’s Office (PNF)", "FR", "Europe/Paris", "en fr"),
    ("Serious Fraud Office", "GB", "Europe/London", "en"),
    ("Corruption Prevention and Combating Bureau (KNAB)", "LV", "Europe/Riga", "en lv"),
    ("National Anti-Corruption Bureau (NABU)", "UA", "Europe/Kyiv", "en uk"),
    ("Office of the Comptroller General (CGU)", "BR", "America/Sao_Paulo", "en es pt"),
    ("Commission for the Investigation of Abuse of Authority", "NP", "Asia/Kathmandu", "en ne"),
    ("Anti-Corruption Commission", "BT", "Asia/Thimphu", "dz en"),
    ("Fiji Independent Commission Against Corruption", "FJ", "Pacific/Fiji", "en"),
)  # fmt: skip
_CENTRAL: Final = ("Ministry of Home Affairs",)


def institutions() -> list[Institution]:
    """The rows that nobody has signed."""
    return [
        Institution(name=name, state=state, zone=zone, languages=languages.split(), central=name in _CENTRAL)
        for name, state, zone, languages in _INSTITUTIONS
    ]
