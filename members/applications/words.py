"""What mail says to applicants and to leads, in six languages: that something waits and where, never what."""

from __future__ import annotations

from typing import Final

LINK: Final = {
    "en": (
        "Entente: your link to the application",
        (
            "With this link you begin an application to join the network, or go on with one. Whoever has the link can "
            "read and change the application: do not pass it on.\n\n{address}\n\n"
            "It is good for {days} days. If you did not ask for it, you need do nothing.\n"
        ),
    ),
    "fr": (
        "Entente : votre lien vers la demande",
        (
            "Ce lien vous permet de commencer une demande d’adhésion au réseau, ou de la poursuivre. Quiconque possède "
            "le lien peut lire et modifier la demande : ne le transmettez pas.\n\n{address}\n\n"
            "Il est valable {days} jours. Si vous ne l’avez pas demandé, vous n’avez rien à faire.\n"
        ),
    ),
    "es": (
        "Entente: su enlace a la solicitud",
        (
            "Con este enlace inicia una solicitud de ingreso en la red o continúa una. Quien tenga el enlace puede "
            "leer y modificar la solicitud: no lo transmita.\n\n{address}\n\n"
            "Es válido durante {days} días. Si no lo ha pedido, no tiene que hacer nada.\n"
        ),
    ),
    "ru": (
        "Entente: ваша ссылка на заявку",
        (
            "По этой ссылке вы начинаете заявку на вступление в сеть или продолжаете ее. Любой, у кого есть ссылка, "
            "может прочесть и изменить заявку: не передавайте ее никому.\n\n{address}\n\n"
            "Она действует {days} дн. Если вы ее не запрашивали, ничего делать не нужно.\n"
        ),
    ),
    "ar": (
        "Entente: رابطكم إلى طلب الانضمام",
        (
            "بهذا الرابط تبدأون طلب انضمام إلى الشبكة أو تواصلونه. وكل من لديه الرابط يستطيع قراءة الطلب وتغييره، فلا "
            "تعطوه لأحد.\n\n{address}\n\nويبقى الرابط صالحًا مدة {days} يومًا. وإن لم تطلبوه فلا يلزمكم فعل شيء.\n"
        ),
    ),
    "zh": (
        "Entente：您的申请链接",
        (
            "通过此链接，您可以开始或继续填写加入网络的申请。任何持有此链接的人都可以阅读和修改申请，请勿转发。"
            "\n\n{address}\n\n链接在 {days} 天内有效。如果您没有提出请求，则无需采取任何行动。\n"
        ),
    ),
}
"""Subject and text by language; the text has places for the address and the days."""

NEWS: Final = {
    "en": (
        "Entente: there is news about your application",
        (
            "The secretariat has decided something about your application, or asks something. Read it here:\n\n"
            "{address}\n\nThe link is good for {days} days, and for you alone.\n"
        ),
    ),
    "fr": (
        "Entente : votre demande évolue",
        (
            "Le secrétariat a pris une décision sur votre demande ou vous pose une question. Lisez-la ici :\n\n"
            "{address}\n\nLe lien est valable {days} jours et n’est destiné qu’à vous.\n"
        ),
    ),
    "es": (
        "Entente: hay novedades sobre su solicitud",
        (
            "La secretaría ha decidido algo sobre su solicitud o le hace una pregunta. Léalo aquí:\n\n"
            "{address}\n\nEl enlace es válido durante {days} días y solo para usted.\n"
        ),
    ),
    "ru": (
        "Entente: новости о вашей заявке",
        (
            "Секретариат принял решение по вашей заявке или задал вопрос. Прочтите здесь:\n\n"
            "{address}\n\nСсылка действует {days} дн. и предназначена только для вас.\n"
        ),
    ),
    "ar": (
        "Entente: جديد بشأن طلبكم",
        (
            "اتخذت الأمانة قرارًا بشأن طلبكم أو لديها سؤال. اقرأوه هنا:\n\n{address}\n\n"
            "ويبقى الرابط صالحًا مدة {days} يومًا، وهو لكم وحدكم.\n"
        ),
    ),
    "zh": (
        "Entente：您的申请有新进展",
        (
            "秘书处就您的申请作出了决定，或有问题需要您回答。请在此查看：\n\n{address}\n\n"
            "链接在 {days} 天内有效，仅供您本人使用。\n"
        ),
    ),
}
"""The same, for what happened since."""

OBJECTIONS: Final = {
    "en": (
        "Entente: an application waits for your view",
        (
            "An authority applies to join your network. Until {date} (UTC) your authority can object. "
            "Sign in and read it here:\n\n{address}\n"
        ),
    ),
    "fr": (
        "Entente : une demande attend votre avis",
        (
            "Une autorité demande à rejoindre votre réseau. Jusqu’au {date} (UTC), votre autorité peut s’y opposer. "
            "Connectez-vous et lisez la demande ici :\n\n{address}\n"
        ),
    ),
    "es": (
        "Entente: una solicitud espera su opinión",
        (
            "Una autoridad solicita el ingreso en su red. Hasta el {date} (UTC) su autoridad puede oponerse. "
            "Inicie sesión y léala aquí:\n\n{address}\n"
        ),
    ),
    "ru": (
        "Entente: заявка ожидает вашего мнения",
        (
            "Орган просит принять его в вашу сеть. До {date} (UTC) ваш орган может возразить. "
            "Войдите и прочтите заявку здесь:\n\n{address}\n"
        ),
    ),
    "ar": (
        "Entente: طلب انضمام ينتظر رأيكم",
        (
            "تطلب هيئة الانضمام إلى شبكتكم، ويمكن لهيئتكم الاعتراض حتى {date} (UTC). "
            "يُرجى تسجيل الدخول وقراءة الطلب هنا:\n\n{address}\n"
        ),
    ),
    "zh": (
        "Entente：一份加入申请等待您的意见",
        "有一个机构申请加入贵网络。贵机构可在 {date}（UTC）之前提出异议。请登录并在此阅读：\n\n{address}\n",
    ),
}
"""To leads, when a window for objections opens; the text has places for the date and the address."""
