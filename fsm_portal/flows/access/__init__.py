"""How people come in and are let out: the access link, invitations, sessions, their account."""
