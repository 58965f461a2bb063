"""What each permission lets a person do, in words, grouped as the page of rights shows them."""

from __future__ import annotations

from programme.base.access import Permission as P
from programme.base.language import lazy_gettext as _l

GROUPS: tuple[tuple[str, tuple[tuple[P, str], ...]], ...] = (
    (
        _l("Pour tous"),
        (
            (P.HOME_READ, _l("Ouvrir sa page d'accueil et ses tâches")),
            (P.OWN_READ, _l("Voir son compte et changer son mot de passe")),
            (P.MATRIX_READ, _l("Lire cette page")),
            (P.OWN_REQUEST, _l("Demander l'accès à ses données, leur rectification ou leur effacement")),
            (P.SEARCH_READ, _l("Rechercher dans ce qu'on peut ouvrir")),
        ),
    ),
    (
        _l("Programme et territoire"),
        (
            (P.REGION_READ, _l("Suivre les résultats d'une région")),
            (P.PROGRAMME_READ, _l("Lire les déclinaisons régionales et leurs cibles")),
            (P.PROGRAMME_WRITE, _l("Ouvrir une déclinaison régionale, fixer ses cibles")),
            (P.REACHED_READ, _l("Voir les associations atteintes")),
        ),
    ),
    (
        _l("Associations"),
        (
            (P.ASSOCIATION_READ, _l("Lire le registre des associations")),
            (P.ASSOCIATION_WRITE, _l("Tenir le registre des associations")),
        ),
    ),
    (
        _l("Cohortes et bénéficiaires"),
        (
            (P.COHORT_READ, _l("Lire les cohortes et leurs sièges")),
            (P.COHORT_WRITE, _l("Ouvrir une cohorte, donner ses sièges")),
            (P.TRAINEE_READ, _l("Voir les noms des bénéficiaires")),
            (P.TRAINEE_WRITE, _l("Inscrire et remplacer des bénéficiaires")),
            (P.TRAINEE_IDENTIFY, _l("Voir une carte nationale en entier, ce qui est inscrit au journal")),
            (P.TRAINEE_DECIDE, _l("Décider d'un doublon de personnes")),
        ),
    ),
    (
        _l("Sessions et présences"),
        (
            (P.SESSION_READ, _l("Lire les sessions")),
            (P.SESSION_WRITE, _l("Programmer et modifier une session")),
            (P.ATTENDANCE_WRITE, _l("Saisir les présences")),
            (P.SESSION_SUBMIT, _l("Soumettre une session à la validation")),
            (P.SESSION_VALIDATE, _l("Valider ou renvoyer une session")),
            (P.ATTENDANCE_CORRECT, _l("Corriger une présence validée")),
        ),
    ),
    (
        _l("Transferts"),
        (
            (P.TRANSFER_READ, _l("Lire les transferts")),
            (P.TRANSFER_DECLARE, _l("Déclarer un transfert")),
            (P.TRANSFER_VALIDATE, _l("Valider ou renvoyer un transfert")),
        ),
    ),
    (
        _l("Conventions"),
        (
            (P.AGREEMENT_READ, _l("Lire les conventions")),
            (P.AGREEMENT_WRITE, _l("Préparer une convention et suivre ses engagements")),
            (P.AGREEMENT_SIGN, _l("Noter la signature de sa partie")),
            (P.AGREEMENT_APPROVE, _l("Approuver une convention")),
        ),
    ),
    (
        _l("Rapports et imports"),
        (
            (P.REPORT_READ, _l("Ouvrir les rapports")),
            (P.REPORT_PERSONAL, _l("Ouvrir les listes nominatives")),
            (P.IMPORT_RUN, _l("Importer des classeurs")),
        ),
    ),
    (
        _l("Données personnelles"),
        (
            (P.REQUEST_READ, _l("Suivre les demandes des personnes sur leurs données")),
            (P.REQUEST_WRITE, _l("Recevoir une demande et vérifier l'identité")),
            (P.REQUEST_DECIDE, _l("Accorder ou refuser une demande, remettre un dossier, effacer")),
            (P.PRIVACY_READ, _l("Lire les textes de consentement et les durées de conservation")),
            (P.PRIVACY_WRITE, _l("Publier un texte de consentement")),
        ),
    ),
    (
        _l("Comptes et journal"),
        (
            (P.ACCOUNT_READ, _l("Lire la liste des comptes")),
            (P.ACCOUNT_WRITE, _l("Inviter, modifier et fermer des comptes")),
            (P.JOURNAL_READ, _l("Lire et vérifier le journal")),
        ),
    ),
)
"""Every permission stands in exactly one group."""
