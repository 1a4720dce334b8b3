"""How people come in and are let out: the shared access link, invitations, sessions, their account."""
