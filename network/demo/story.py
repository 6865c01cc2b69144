"""The fictional network of the demonstration: who is in it and what they wrote.

All States, authorities, people, companies and cases are invented. People are roles without names, and each writes in a
language of their own authority, as people in such networks do. Times are days before the start of the demonstration
and clock time in UTC, so that the history always reaches up to now.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoAuthority:
    """A fictional authority; `admitted` is false for the applicant whose admission waits for a second signature."""

    key: str
    name: str
    state: str
    admitted: bool = True


@dataclass(frozen=True)
class DemoPerson:
    """A persona by role; `title` and `story` are keys of the catalogues, `name` is what colleagues read."""

    key: str
    authority: str | None
    role: str
    title: str
    name: str
    language: str
    story: str


@dataclass(frozen=True)
class DemoMessage:
    """One message: `days` before today, at `clock` (UTC), by the persona `sender`."""

    days: int
    clock: str
    sender: str
    text: str


@dataclass(frozen=True)
class DemoConversation:
    """A conversation that the authority of the first sender opened with `participants`."""

    key: str
    subject: str
    participants: tuple[str, ...]
    messages: tuple[DemoMessage, ...]


AUTHORITIES: tuple[DemoAuthority, ...] = (
    DemoAuthority("arvenia", "Anti-Corruption Bureau", "XC"),
    DemoAuthority("belmara_prosecutor", "Special Anti-Graft Prosecutor", "XD"),
    DemoAuthority("belmara_fis", "Financial Investigations Service", "XD"),
    DemoAuthority("qasrain", "Integrity Commission", "XE"),
    DemoAuthority("tessaly", "Office of Public Integrity", "XF"),
    DemoAuthority("norvik", "Economic Crime Authority", "XG"),
    DemoAuthority("ulanbey", "Anti-Corruption Agency", "XH", admitted=False),
)

PEOPLE: tuple[DemoPerson, ...] = (
    DemoPerson(
        "qasrain_duty", "qasrain", "member", "duty_officer", "Duty officer", "ar", "urgent_message_waiting"
    ),
    DemoPerson(
        "belmara_duty",
        "belmara_fis",
        "member",
        "duty_officer",
        "Duty officer",
        "es",
        "sent_the_urgent_message",
    ),
    DemoPerson("arvenia_lead", "arvenia", "lead", "lead", "Head of desk", "en", "case_room_harbour"),
    DemoPerson(
        "norvik_deputy",
        "norvik",
        "deputy",
        "deputy",
        "Deputy head",
        "en",
        "clarification_missing",
    ),
    DemoPerson("tessaly_lead", "tessaly", "lead", "lead", "Head of desk", "en", "only_key_holder"),
    DemoPerson(
        "officer_membership", None, "officer", "officer", "Membership officer", "en", "admission_to_sign"
    ),
    DemoPerson("officer_operations", None, "officer", "officer", "Operations officer", "fr", "signed_first"),
    DemoPerson("officer_plenary", None, "officer", "officer", "Plenary officer", "zh", "third_officer"),
    DemoPerson("qasrain_lead", "qasrain", "lead", "lead", "Head of desk", "ar", "leads_the_team"),
    DemoPerson("qasrain_deputy", "qasrain", "deputy", "deputy", "Deputy head", "ar", "takes_over"),
    DemoPerson("belmara_lead", "belmara_fis", "lead", "lead", "Head of desk", "es", "leads_the_team"),
    DemoPerson("belmara_deputy", "belmara_fis", "deputy", "deputy", "Deputy head", "es", "takes_over"),
    DemoPerson(
        "prosecutor_lead",
        "belmara_prosecutor",
        "lead",
        "lead",
        "Head of desk",
        "es",
        "prepares_formal_request",
    ),
    DemoPerson(
        "prosecutor_deputy",
        "belmara_prosecutor",
        "deputy",
        "deputy",
        "Deputy head",
        "es",
        "takes_over",
    ),
    DemoPerson("arvenia_deputy", "arvenia", "deputy", "deputy", "Deputy head", "fr", "takes_over"),
    DemoPerson(
        "arvenia_analyst", "arvenia", "member", "member", "Financial analyst", "en", "reads_the_ledger"
    ),
    DemoPerson("norvik_lead", "norvik", "lead", "lead", "Head of desk", "en", "leads_the_team"),
    DemoPerson("ulanbey_lead", "ulanbey", "lead", "lead", "Head of desk", "ru", "waiting_for_admission"),
)


def _m(days: int, clock: str, sender: str, text: str) -> DemoMessage:
    return DemoMessage(days, clock, sender, text)


CONVERSATIONS: tuple[DemoConversation, ...] = (
    DemoConversation(
        "halden",
        "Beneficial owner of Halden Crest Holdings Ltd",
        ("arvenia", "norvik"),
        (
            _m(
                14,
                "07:42",
                "arvenia_lead",
                "Good morning. We are looking at a tender for hospital equipment in Arvenia. The winner is held by "
                "**Halden Crest Holdings Ltd**, registered in Norvik. Can you tell us informally who owns it?",
            ),
            _m(
                14,
                "07:44",
                "arvenia_lead",
                "What we have so far:\n\n- registration number on the offer: HC-20417\n- one director, a nominee"
                "\n- share capital paid in from a third State",
            ),
            _m(
                14,
                "09:10",
                "norvik_deputy",
                "Received, thank you. The register entry itself is public here; the declaration of beneficial "
                "ownership is open to us without a court order. I expect to answer within three working days.",
            ),
            _m(
                14,
                "09:12",
                "norvik_deputy",
                "One question: is your inquiry at the stage of an investigation?",
            ),
            _m(
                14,
                "09:31",
                "arvenia_lead",
                "Yes. A preliminary investigation has been open since last month, articles 15 and 23 of the Convention.",
            ),
            _m(
                13,
                "08:05",
                "arvenia_deputy",
                "Bonjour, je suis le dossier pendant l’absence de notre responsable cette semaine.",
            ),
            _m(13, "08:20", "norvik_deputy", "Noted, welcome. I write in English and read French."),
            _m(
                11,
                "13:15",
                "norvik_deputy",
                "The declaration names two persons: a resident of Norvik with 30 %, and a trust with 70 %. The settlor of "
                "the trust is a *relative of a public official of Arvenia*. I can give you the name of the trust today.",
            ),
            _m(
                11,
                "13:16",
                "norvik_deputy",
                "> Corran Lane Trust, administered at the same address as the nominee director",
            ),
            _m(
                11,
                "13:58",
                "arvenia_deputy",
                "C’est exactement le lien qui nous manquait. Merci pour la rapidité.",
            ),
            _m(11, "14:02", "arvenia_deputy", "Pouvons-nous citer cette information dans la procédure ?"),
            _m(
                11,
                "14:30",
                "norvik_deputy",
                "Not in court, please. For use in proceedings send mutual legal assistance to our Ministry of Justice; "
                "we will help with the draft. For your own inquiries you may use it now.",
            ),
            _m(10, "07:50", "arvenia_lead", "Understood. I am back at my desk and take over again."),
            _m(
                9,
                "10:12",
                "arvenia_analyst",
                "Can the trust deed be obtained informally as well, or only by MLA?",
            ),
            _m(
                9,
                "11:40",
                "norvik_lead",
                "Only by MLA: the deed is held by a private administrator and needs an order.",
            ),
            _m(
                5,
                "08:00",
                "arvenia_lead",
                "We have filed the MLA request through our central authority this morning.",
            ),
            _m(
                5,
                "08:45",
                "norvik_lead",
                "Good. I have told our Ministry that something is on its way, nothing more.",
            ),
            _m(
                2,
                "09:05",
                "arvenia_lead",
                "Feedback, as promised: the information was **useful**. It decided the direction of the case.",
            ),
        ),
    ),
    DemoConversation(
        "villa",
        "فيلا وإقرار ذمة مالية",
        ("arvenia", "qasrain"),
        (
            _m(
                12,
                "06:15",
                "qasrain_deputy",
                "تحية طيبة. هذه معلومات تلقائية، ولا يلزم الرد عليها: وجدنا فرقًا بين إقرار الذمة المالية لمسؤول في أحد الموانئ "
                "وبين ملكية فيلا في أرفينيا.",
            ),
            _m(
                12,
                "06:17",
                "qasrain_deputy",
                "يُرجى عدم تنبيه الشخص المعني، وعدم نقل المعلومات إلى الغير دون إذن منا.",
            ),
            _m(
                12,
                "08:02",
                "arvenia_deputy",
                "Message bien reçu, merci. Nous vérifions au registre foncier sans contacter personne.",
            ),
            _m(
                12,
                "08:03",
                "arvenia_deputy",
                "In English for the record: *received and useful, the subject will not be alerted.*",
            ),
            _m(
                8,
                "09:20",
                "arvenia_analyst",
                "The land register shows the villa under a company. Purchase four years ago, price paid in two parts.",
            ),
            _m(8, "09:21", "arvenia_analyst", "The second part came from an account in Belmara."),
            _m(7, "06:40", "qasrain_lead", "شكرًا جزيلًا. التواريخ مطابقة لما لدينا."),
            _m(
                4,
                "08:30",
                "arvenia_lead",
                "May we pass your first message to our prosecutor? Purpose: to decide on opening an investigation.",
            ),
            _m(4, "10:05", "qasrain_lead", "نوافق على ذلك بشرط ألا تُستخدم المعلومات في إجراءات قضائية."),
            _m(4, "10:11", "arvenia_lead", "Thank you. Noted: to the prosecutor only, not for court."),
        ),
    ),
    DemoConversation(
        "bank_records",
        "What a request for bank records must contain",
        ("arvenia", "belmara_prosecutor"),
        (
            _m(
                10,
                "13:02",
                "arvenia_lead",
                "Before we send a formal request: what must a request for bank records to Belmara contain, so that it does "
                "not come back?",
            ),
            _m(
                10,
                "14:25",
                "prosecutor_lead",
                "Buenos días. Lo esencial:\n\n1. hechos y calificación jurídica\n2. número de cuenta, o titular y banco"
                "\n3. período exacto\n4. por qué los datos son necesarios para la causa",
            ),
            _m(10, "14:27", "prosecutor_lead", "Sin el punto 3 el juzgado la devuelve siempre."),
            _m(10, "15:01", "arvenia_lead", "Very clear. Is a period of five years acceptable?"),
            _m(
                9,
                "13:40",
                "prosecutor_lead",
                "Cinco años, sí, si se explica cada tramo. Más de cinco, casi nunca.",
            ),
            _m(
                9,
                "13:58",
                "arvenia_deputy",
                "Le texte doit-il être traduit en espagnol par un traducteur assermenté ?",
            ),
            _m(
                9,
                "14:16",
                "prosecutor_deputy",
                "Sí, traducción jurada. El anexo con los movimientos puede ir en inglés.",
            ),
            _m(
                6,
                "08:10",
                "arvenia_lead",
                "Here is our outline in short. Facts: two pages. Accounts: `BM-04 2210 7781`. Period: 36 months.",
            ),
            _m(
                6,
                "13:35",
                "prosecutor_lead",
                "Muy bien. Añadan una frase sobre la doble incriminación y está lista.",
            ),
            _m(6, "13:52", "arvenia_lead", "Added. We send it through the central authorities this week."),
            _m(1, "14:20", "prosecutor_deputy", "Aviso: el Ministerio ha registrado su solicitud hoy."),
            _m(1, "15:05", "arvenia_lead", "Excellent, thank you both."),
        ),
    ),
    DemoConversation(
        "corran",
        "Registry history of MV Corran",
        ("norvik", "tessaly"),
        (
            _m(
                9,
                "21:30",
                "tessaly_lead",
                "Hello from the Tessaly Islands. We need the ownership history of a vessel, MV Corran, which left your "
                "ship register three years ago.",
            ),
            _m(
                8,
                "08:15",
                "norvik_deputy",
                "Good morning. We can share that informally. There are two vessels with this name: which IMO number?",
            ),
            _m(
                8,
                "22:05",
                "tessaly_lead",
                "I have only the name and the port of call. I will ask the harbour master.",
            ),
            _m(
                7,
                "07:30",
                "norvik_deputy",
                "No hurry on our side. The inquiry waits for the number, nothing else is missing.",
            ),
            _m(
                4,
                "21:12",
                "tessaly_lead",
                "The harbour master is at sea until Thursday. We are three people here; please bear with us.",
            ),
            _m(
                4,
                "08:01",
                "norvik_lead",
                "Of course. If a photograph of the stern exists, the number may be on it.",
            ),
            _m(
                1, "21:47", "tessaly_lead", "Good idea. The photograph is in the archive on the other island."
            ),
            _m(
                1,
                "23:10",
                "tessaly_lead",
                "Who handles land registry questions at your place? It is for another matter, no case yet.",
            ),
        ),
    ),
    DemoConversation(
        "harbour",
        "Harbour",
        ("arvenia", "belmara_fis", "norvik"),
        (
            _m(
                13,
                "08:00",
                "arvenia_lead",
                "Welcome. This conversation is for the three of us on *Harbour* only. Please keep everything here.",
            ),
            _m(13, "08:40", "norvik_lead", "Norvik is here: lead and deputy."),
            _m(13, "14:05", "belmara_lead", "Belmara también. Nos turnamos tres personas."),
            _m(
                13,
                "14:20",
                "arvenia_analyst",
                "I keep the list of companies. Seven so far, two of them in Norvik.",
            ),
            _m(
                12,
                "08:11",
                "norvik_deputy",
                "Of the two in Norvik one was struck off in spring. I will find the last accounts.",
            ),
            _m(
                12,
                "15:30",
                "belmara_deputy",
                "La cuenta de Belmara recibió cuatro transferencias entre marzo y mayo.",
            ),
            _m(12, "15:31", "belmara_deputy", "- 12 de marzo\n- 2 de abril\n- 21 de abril\n- 9 de mayo"),
            _m(
                11,
                "07:55",
                "arvenia_analyst",
                "The dates fit the invoices. The amounts are 3 % lower each time: a commission?",
            ),
            _m(11, "14:45", "belmara_lead", "Es lo que pensamos: un intermediario. Todavía sin nombre."),
            _m(
                10,
                "09:15",
                "norvik_deputy",
                "Last accounts found. The auditor signed for three of your seven companies as well.",
            ),
            _m(
                10,
                "09:40",
                "arvenia_lead",
                "That is a strong lead. Nobody speaks to the auditor before we have talked, please.",
            ),
            _m(10, "13:59", "belmara_lead", "De acuerdo."),
            _m(10, "14:03", "norvik_lead", "Agreed."),
            _m(
                9,
                "08:20",
                "arvenia_deputy",
                "Proposition : un appel à trois mardi, 14 h UTC. Ordre du jour en trois points.",
            ),
            _m(
                9,
                "08:21",
                "arvenia_deputy",
                "1. l’auditeur\n2. les comptes au Belmara\n3. qui demande quoi, et par quelle voie",
            ),
            _m(9, "13:30", "belmara_deputy", "A las 14 UTC podemos (09:00 aquí)."),
            _m(9, "14:02", "norvik_deputy", "We can as well."),
            _m(
                7,
                "15:10",
                "arvenia_lead",
                "Result of the call: Norvik asks the register, Belmara the bank, we draft one MLA request for all three.",
            ),
            _m(7, "15:32", "belmara_lead", "Correcto. El banco contesta en una semana."),
            _m(
                5,
                "08:05",
                "norvik_deputy",
                "The register answered. The auditor is also director of an eighth company, in Arvenia.",
            ),
            _m(
                5,
                "08:30",
                "arvenia_analyst",
                "Confirmed here. It was founded two days before the first transfer.",
            ),
            _m(3, "14:15", "belmara_deputy", "El banco ha contestado: el ordenante es la octava sociedad."),
            _m(
                3,
                "14:40",
                "arvenia_lead",
                "Then the circle is closed. Thank you all; I circulate the draft request tomorrow.",
            ),
            _m(
                2,
                "09:50",
                "arvenia_deputy",
                "Le projet de demande d’entraide est prêt. Je l’envoie aux autorités centrales après votre accord.",
            ),
            _m(2, "13:45", "belmara_lead", "Por nuestra parte, adelante."),
            _m(
                1,
                "08:12",
                "norvik_lead",
                "Agreed. One correction on page 2: the company number ends in 9, not 6.",
            ),
        ),
    ),
    DemoConversation(
        "sable_quay",
        "Account of Sable Quay Trading FZE",
        ("belmara_fis", "qasrain"),
        (
            _m(
                1,
                "23:02",
                "belmara_duty",
                "**Urgente.** Una cuenta de *Sable Quay Trading FZE* en Qasrain va a recibir USD 3,4 millones el jueves. "
                "Tememos que el dinero salga el mismo día. ¿Está abierta la cuenta? ¿Quién firma?",
            ),
            _m(
                1,
                "23:03",
                "belmara_duty",
                "In English, to be sure: *imminent loss of relevance*, the order leaves on Thursday at 09:00 your time.",
            ),
            _m(
                1,
                "23:07",
                "belmara_duty",
                "Solo para los destinatarios de esta conversación. No avisar a la persona investigada.",
            ),
            _m(
                1,
                "23:10",
                "qasrain_duty",
                "تم استلام رسالتكم الساعة 02:10 بتوقيتنا. نتحقق الآن مع وحدة المعلومات المالية.",
            ),
            _m(
                1,
                "23:12",
                "qasrain_duty",
                "Received at 02:10 here. We are checking with the financial intelligence unit now.",
            ),
            _m(0, "03:05", "qasrain_deputy", "أتولى المتابعة من الساعة الثامنة، والرد جاهز للتوقيع."),
            _m(
                0,
                "03:20",
                "qasrain_duty",
                "The account is open. Two signatories; the names follow as soon as my lead has agreed to share them.",
            ),
            _m(0, "03:31", "belmara_duty", "El banco confirma la orden: jueves, 09:00, hora de ustedes."),
            _m(
                0,
                "03:44",
                "qasrain_duty",
                "Thank you. A freeze needs a request by MLA; our central authority is told that one may come.",
            ),
            _m(0, "03:49", "belmara_lead", "La fiscalía prepara la solicitud formal esta misma noche."),
            _m(0, "03:55", "belmara_duty", "¿Pueden confirmar si la cuenta tiene ya algún saldo?"),
        ),
    ),
)
