"""Sign-in, accounts, delegations and the matrix of permissions (glossary: account)."""
