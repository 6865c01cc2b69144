"""What mail says to applicants and to leads, in six languages: that something waits and where, never what."""

from __future__ import annotations

from typing import Final

LINK: Final = {
    "en": (
        "Entente: the link to your application",
        (
            "With this link you begin an application to join the network, or go on with one. Whoever has the link can "
            "read and change the application: do not pass it on.\n\n{address}\n\n"
            "It is valid for {days} days. If you did not ask for it, you need to do nothing.\n"
        ),
    ),
    "fr": (
        "Entente : le lien vers votre demande",
        (
            "Ce lien vous permet de commencer une demande d’adhésion au réseau, ou de la poursuivre. Quiconque possède "
            "le lien peut lire et modifier la demande : ne le transmettez pas.\n\n{address}\n\n"
            "Il est valable {days} jours. Si vous ne l’avez pas demandé, vous n’avez rien à faire.\n"
        ),
    ),
    "es": (
        "Entente: el enlace a su solicitud",
        (
            "Con este enlace inicia una solicitud de ingreso en la red o continúa una. Quien tenga el enlace puede "
            "leer y modificar la solicitud: no lo transmita.\n\n{address}\n\n"
            "Es válido durante {days} días. Si no lo ha pedido, no tiene que hacer nada.\n"
        ),
    ),
    "ru": (
        "Entente: ссылка на вашу заявку",
        (
            "По этой ссылке можно начать заявку на вступление в сеть или продолжить ее. Любой, у кого есть ссылка, "
            "может прочесть и изменить заявку: не передавайте ее никому.\n\n{address}\n\n"
            "Она действует {days} дн. Если вы ее не запрашивали, ничего делать не нужно.\n"
        ),
    ),
    "ar": (
        "Entente: الرابط إلى طلبكم",
        (
            "بهذا الرابط تبدأون طلب انضمام إلى الشبكة أو تواصلونه. وكل من لديه الرابط يستطيع قراءة الطلب وتعديله، "
            "فيُرجى عدم إعطائه لأحد.\n\n{address}\n\nمدة صلاحية الرابط بالأيام: {days}. "
            "وإن لم تطلبوه فلا يلزمكم فعل شيء.\n"
        ),
    ),
    "zh": (
        "Entente：您的申请链接",
        (
            "通过此链接，您可以开始或继续填写加入网络的申请。任何持有此链接的人都可以阅读和修改申请，请勿转发。"
            "\n\n{address}\n\n链接在{days}天内有效。如果您没有提出请求，则无需采取任何行动。\n"
        ),
    ),
}
"""Subject and text by language; the text has places for the address and the days."""

NEWS: Final = {
    "en": (
        "Entente: there is news about your application",
        (
            "The secretariat has taken a decision on your application, or has a question. Read it here:\n\n"
            "{address}\n\nThe link is valid for {days} days, and is for you alone.\n"
        ),
    ),
    "fr": (
        "Entente : du nouveau sur votre demande",
        (
            "Le secrétariat a pris une décision sur votre demande ou vous pose une question. À lire ici :\n\n"
            "{address}\n\nLe lien est valable {days} jours et n’est destiné qu’à vous.\n"
        ),
    ),
    "es": (
        "Entente: hay novedades sobre su solicitud",
        (
            "La secretaría ha tomado una decisión sobre su solicitud o le hace una pregunta. Léala aquí:\n\n"
            "{address}\n\nEl enlace es válido durante {days} días y solo para usted.\n"
        ),
    ),
    "ru": (
        "Entente: новости о вашей заявке",
        (
            "По вашей заявке принято решение, или у секретариата есть вопрос. Прочтите здесь:\n\n"
            "{address}\n\nСсылка действует {days} дн. и предназначена только для вас.\n"
        ),
    ),
    "ar": (
        "Entente: جديد بشأن طلبكم",
        (
            "اتخذت الأمانة قرارًا بشأن طلبكم أو لديها سؤال. تُرجى القراءة هنا:\n\n{address}\n\n"
            "مدة صلاحية الرابط بالأيام: {days}. وهو لكم وحدكم.\n"
        ),
    ),
    "zh": (
        "Entente：您的申请有新进展",
        (
            "秘书处就您的申请作出了决定，或有问题需要您回答。请在此查看：\n\n{address}\n\n"
            "链接在{days}天内有效，仅供您本人使用。\n"
        ),
    ),
}
"""The same, for what happened since."""

OBJECTIONS: Final = {
    "en": (
        "Entente: an application is open for objections",
        (
            "A new authority applies to join your network. Your authority can object until {date} (UTC). "
            "Sign in and read it here:\n\n{address}\n"
        ),
    ),
    "fr": (
        "Entente : une demande est ouverte aux objections",
        (
            "Une autorité demande à rejoindre votre réseau. Jusqu’au {date} (UTC), votre autorité peut formuler "
            "une objection. Connectez-vous et lisez la demande ici :\n\n{address}\n"
        ),
    ),
    "es": (
        "Entente: una solicitud admite objeciones",
        (
            "Una autoridad solicita el ingreso en su red. Hasta el {date} (UTC) su autoridad puede formular "
            "una objeción. Inicie sesión y léala aquí:\n\n{address}\n"
        ),
    ),
    "ru": (
        "Entente: заявка открыта для возражений",
        (
            "Новый орган подал заявку на вступление в вашу сеть. До {date} (UTC) ваш орган может выдвинуть возражение. "
            "Войдите и прочтите заявку здесь:\n\n{address}\n"
        ),
    ),
    "ar": (
        "Entente: طلب انضمام مفتوح للاعتراض",
        (
            "تطلب سلطة جديدة الانضمام إلى شبكتكم، ويمكن لسلطتكم الاعتراض حتى {date} (UTC). "
            "يُرجى تسجيل الدخول وقراءة الطلب هنا:\n\n{address}\n"
        ),
    ),
    "zh": (
        "Entente：一份加入申请可提出异议",
        "有一个新机构申请加入贵网络。贵机构可在{date}（UTC）之前提出异议。请登录并在此阅读：\n\n{address}\n",
    ),
}
"""To leads, when a window for objections opens; the text has places for the date and the address."""
